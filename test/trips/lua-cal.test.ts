import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLua } from '../../src/lua/index.ts';
import { createLuaSurface } from '../../src/surfaces/lua.ts';
import { tools } from '../../src/tools/index.ts';
import { openToolStage, type ToolStage } from '../../src/tools/stage.fixture.ts';
import { blocksOf, CAL_DOCUMENT_NOW, fillCalDocument, readLuaDocument } from '../support/cal-document.ts';

const lua = createLua();
let stage: ToolStage;

beforeEach(async () => {
  stage = await openToolStage(tools);
  stage.clock.now = CAL_DOCUMENT_NOW;
  await fillCalDocument(stage.store, stage.olivia.userId);
});

afterEach(() => stage.close());
afterAll(() => lua.close());

/** A script of Olivia's, who approves each of its writes; Bob's diary is her account `work`. */
async function run(source: string) {
  const gate: ToolStage['gate'] = {
    ...stage.gate,
    call: (request) => stage.gate.call({ ...request, consent: true, ...(request.account === 'work' ? { principal: stage.bob } : {}) }),
  };
  const { catalogue, onCall } = createLuaSurface(
    { catalog: stage.catalog, gate, accounts: { cal: ['work'] } },
    { principal: stage.olivia, surface: 'lua' },
  );
  return lua.run({ source, catalogue, onCall });
}

/** What a script that must succeed returns. */
async function resultOf(source: string) {
  const { result, error } = await run(source);
  expect({ source, error }).toEqual({ source, error: null });
  return result;
}

/** A booking as the service tells it afterwards. */
const booking = (uid: string) => stage.cal.getBooking(uid);

describe('scripts in the forms of the document about Cal.com', () => {
  it('read', async () => {
    const result = await resultOf(`
      local kinds = app.integrations.cal.list_event_types({ limit = 20 })
      local kind = app.integrations.cal.get_event_type({ id = 123 })
      local coming = app.integrations.cal.list_bookings({ status = "upcoming" })
      local one = app.integrations.cal.get_booking({ id = "booking_uid_or_id" })
      local who = app.integrations.cal.get_current_user({})
      return #kinds, kind.slug, #coming.bookings, one.attendees[1].name, who.timeZone`);
    expect(result).toEqual([4, 'consultation', 2, 'Grace Hopper', 'Europe/Amsterdam']);
  });

  it('see the event types of a team, page by page', async () => {
    const result = await resultOf(`
      local first = app.integrations.cal.list_event_types({ limit = 1, page = 1, team_id = 1 })
      return #first, first[1].slug, #app.integrations.cal.list_event_types({ limit = 1, page = 2, team_id = 1 })`);
    expect(result).toEqual([1, 'care-call', 0]);
  });

  it('book with a reserved word and with responses', async () => {
    const result = await resultOf(`
      local made = app.integrations.cal.create_booking({
        event_type_id = 123, start = "2026-05-07T10:00:00Z", end = "2026-05-07T10:30:00Z",
        responses = { name = "Jo Doe", email = "jo@example.test", notes = "By phone." },
      })
      return made.uid`);
    const made = await booking(String(result?.[0]));
    expect(made).toMatchObject({ status: 'accepted', start: '2026-05-07T10:00:00.000Z', end: '2026-05-07T10:30:00.000Z' });
    expect(made.attendees).toMatchObject([{ name: 'Jo Doe', email: 'jo@example.test', timeZone: 'Europe/Amsterdam' }]);
    expect(made.bookingFieldsResponses).toMatchObject({ notes: 'By phone.' });
  });

  it('cancel with a body', async () => {
    await resultOf('app.integrations.cal.cancel_booking({ booking_uid = "booking_uid", body = { cancellationReason = "Rain" } })');
    expect(await booking('booking_uid')).toMatchObject({ status: 'cancelled', cancellationReason: 'Rain' });
  });

  it('move with a body', async () => {
    const result = await resultOf(
      'return app.integrations.cal.reschedule_booking({ booking_uid = "booking_uid", body = { start = "2026-05-08T10:00:00Z" } }).uid',
    );
    expect(await booking(String(result?.[0]))).toMatchObject({ status: 'accepted', start: '2026-05-08T10:00:00.000Z' });
    expect(await booking('booking_uid')).toMatchObject({ status: 'cancelled' });
  });

  it('call the API by path', async () => {
    const result = await resultOf(`
      local free = app.integrations.cal.api_get({
        path = "/slots", params = { eventTypeId = 123, start = "2026-05-07T00:00:00Z", end = "2026-05-08T00:00:00Z" },
      })
      local made = app.integrations.cal.api_post({
        path = "/bookings",
        body = { eventTypeId = 123, start = "2026-05-07T10:00:00Z", responses = { name = "Jo Doe", email = "jo@example.test" } },
      })
      return #free["2026-05-07"] > 0, made.uid`);
    expect(result?.[0]).toBe(true);
    const made = await booking(String(result?.[1]));
    expect(made.attendees).toMatchObject([{ name: 'Jo Doe', email: 'jo@example.test', timeZone: 'Europe/Amsterdam' }]);
  });

  it('name accounts', async () => {
    const result = await resultOf(`
      return #app.integrations.cal.default.list_bookings({}).bookings, app.integrations.cal.work.api_get({ path = "/me" }).username`);
    expect(result).toEqual([2, 'bob']);
  });
});

const document = readLuaDocument('cal-lua-api.txt');
const blocks = blocksOf(document);
const blockWith = (words: string) => blocks.find((code) => code.includes(words)) ?? '';

/** A block's statements of their own: each begins at the margin with `local`. */
function statementsOf(block: string): readonly string[] {
  return block.split(/^(?=local )/m).filter((statement) => statement.trim() !== '');
}

const statementWith = (words: string) => statementsOf(blockWith(words)).find((statement) => statement.includes(words)) ?? '';

describe.skipIf(document === '')('every block of the document itself (skipped where ../shared is absent)', () => {
  it('are the four that are known here', () => {
    expect(blocks.map((code) => [...code.matchAll(/cal\.(?:default\.|work\.)?(\w+)\(/g)].map(([, name]) => name))).toEqual([
      ['list_event_types', 'get_event_type', 'list_bookings', 'get_booking', 'get_current_user'],
      ['create_booking', 'cancel_booking', 'reschedule_booking'],
      ['api_get', 'api_post'],
      ['list_bookings', 'api_get'],
    ]);
  });

  it('the reads find the records they name', async () => {
    const result = await resultOf(`${blockWith('get_event_type')}
      return #event_types, event_type.id, #bookings.bookings, booking.uid, me.email`);
    expect(result).toEqual([4, 123, 2, 'booking_uid_or_id', 'olivia@example.com']);
  });

  it('the first write books the person it names', async () => {
    const result = await resultOf(`${statementWith('create_booking')} return created.uid`);
    const made = await booking(String(result?.[0]));
    expect(made).toMatchObject({ status: 'accepted', start: '2026-05-07T10:00:00.000Z', end: '2026-05-07T10:30:00.000Z', duration: 30 });
    expect(made.attendees).toMatchObject([{ name: 'Jane Example', email: 'jane@example.test', timeZone: 'Europe/Amsterdam' }]);
  });

  it('the second cancels, with its reason', async () => {
    expect(await resultOf(`${statementWith('cancel_booking')} return cancelled.status`)).toEqual(['cancelled']);
    expect(await booking('booking_uid')).toMatchObject({ status: 'cancelled', cancellationReason: 'No longer needed' });
  });

  it('the third moves, and keeps the attendee', async () => {
    const result = await resultOf(`${statementWith('reschedule_booking')} return rescheduled.uid`);
    const moved = await booking(String(result?.[0]));
    expect(moved).toMatchObject({ status: 'accepted', start: '2026-05-08T10:00:00.000Z' });
    expect(moved.attendees).toMatchObject([{ name: 'Grace Hopper' }]);
  });

  // As one script the block contradicts itself: it moves the booking that it has just cancelled, which the API refuses.
  it('the writes as one script do all that can be done, and say what cannot', async () => {
    const { error } = await run(blockWith('reschedule_booking'));
    expect(error).toMatchObject({ reason: 'conflict', message: expect.stringContaining('already cancelled') });
    expect(await booking('booking_uid')).toMatchObject({ status: 'cancelled' });
    const { bookings } = await stage.cal.listBookings({ attendeeEmail: 'jane@example.test' });
    expect(bookings).toMatchObject([{ start: '2026-05-07T10:00:00.000Z', status: 'accepted' }]);
    // With the booking standing again, between the second statement and the third, the block runs to its end.
    await stage.store.db.updateTable('bookings').set({ status: 'accepted' }).where('uid', '=', 'booking_uid').execute();
    await stage.store.db.updateTable('booking_hosts').set({ status: 'accepted' }).where('uid', '=', 'booking_uid').execute();
    expect(await resultOf(`${statementWith('reschedule_booking')} return rescheduled.status`)).toEqual(['accepted']);
  });

  it('the generic calls read free times and book', async () => {
    const result = await resultOf(`${blockWith('api_post')} return #slots["2026-05-07"] > 0, result.uid`);
    expect(result?.[0]).toBe(true);
    const made = await booking(String(result?.[1]));
    expect(made).toMatchObject({ status: 'accepted', start: '2026-05-07T10:00:00.000Z' });
    expect(made.attendees).toMatchObject([{ name: 'Jane Example', email: 'jane@example.test', timeZone: 'Europe/Amsterdam' }]);
  });

  it('the accounts are two people', async () => {
    const [line = ''] = blockWith('.work.')
      .split('\n')
      .filter((text) => text.includes('.work.'));
    await resultOf(blockWith('.work.'));
    expect(await resultOf(`return ${line}.username`)).toEqual(['bob']);
  });
});
