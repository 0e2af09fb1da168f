import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOutgoing } from '../../outgoing/index.ts';
import { createService } from '../../server/index.ts';
import { createCatalog } from '../../toolkit/catalog.ts';
import { createGate, type Gate } from '../../toolkit/gate.ts';
import { createCalcomClient } from '../../wire/calcom/index.ts';
import { tools } from '../index.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';

let stage: ToolStage;
let gate: Gate;
beforeAll(async () => {
  stage = await openToolStage(tools);
  const now = () => stage.clock.now;
  const outgoing = createOutgoing({ allowPrivate: '' });
  const service = createService({ store: stage.store, now, publicUrl: 'http://cal.test', outgoing });
  // Nobody is signed in, and there is no key.
  const clients = { cal: createCalcomClient({ baseUrl: 'http://cal.test', fetch: (request) => service.fetch(request), now }) };
  gate = createGate({
    catalog: createCatalog(tools),
    resolveAccount: () => ({ name: 'work', kind: 'hosted', provider: 'cal', clients, rehearse: () => ({ clients, requests: [] }) }),
    ...{ rules: [], allowYes: false, approvals: stage.store.approvals, journal: stage.store.journal, now, processNow: Date.now },
  });
});
afterAll(() => stage.close());

const call = (tool: string, input: unknown) => gate.call({ principal: stage.olivia, surface: 'terminal', tool, input, consent: true });
const wish = { eventTypeSlug: '15min', username: 'bob', start: '2030-01-09T15:00:00Z' };
const attendee = { name: 'John Doe', email: 'john@example.com', timeZone: 'America/New_York' };

test('finds and books times of somebody, and moves and cancels what it booked', async () => {
  const slots = await call('get_available_slots', { username: 'bob', eventSlug: '15min', startTime: '2030-01-09', endTime: '2030-01-09' });
  expect(slots).toMatchObject({ status: 'done', output: { eventType: { slug: '15min' } } });
  expect(await call('list_event_types', { username: 'bob' })).toMatchObject({ status: 'done', output: [{}, {}, {}] });
  const booked = await call('create_booking', { ...wish, attendee });
  expect(booked).toMatchObject({ status: 'done', output: { status: 'accepted', hosts: [{ username: 'bob' }] } });
  if (booked.status !== 'done') return;
  const { uid } = booked.output as { readonly uid: string };
  const moved = await call('reschedule_booking', { uid, start: '2030-01-09T16:00:00Z' });
  expect(moved).toMatchObject({ status: 'done', output: { start: '2030-01-09T16:00:00.000Z' } });
  if (moved.status !== 'done') return;
  const cancelled = await call('cancel_booking', { uid: (moved.output as { readonly uid: string }).uid, reason: 'Ill' });
  expect(cancelled).toMatchObject({ status: 'done', output: { status: 'cancelled' } });
});

test('offers other times for one that is taken', async () => {
  await call('create_booking', { ...wish, attendee });
  const again = await call('create_booking', { ...wish, attendee: { ...attendee, email: 'other@example.com' } });
  expect(again).toMatchObject({ status: 'failed', error: { code: 'conflict', details: { reason: 'unavailable' } } });
});

test('says where a key is needed', async () => {
  expect(await call('list_bookings', {})).toMatchObject({ status: 'failed', error: { code: 'unauthenticated' } });
});
