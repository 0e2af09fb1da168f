import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';

/** What users of other surfaces know, each as they would type it here: real processes on the real program. */
let home: string;
let kalends: RunningKalends;

beforeAll(async () => {
  home = makeHome();
  writeFileSync(join(home, 'config.json'), '{ "allowYes": true }');
  kalends = await startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK, TZ: 'Europe/Amsterdam', KALENDS_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1' });
  ok('users', 'add', 'bailey', '--email', 'bailey@example.com', '--time-zone', 'Europe/Amsterdam');
  ok('credits', 'grant', json('me').username, '650');
});

afterAll(async () => {
  await kalends.stop();
  removeHome(home);
});

const run = (...words: string[]) => runKalends(words, { home });

function ok(...words: string[]): string {
  const { code, stdout, stderr } = run(...words);
  expect({ words, code, stderr: code === 0 ? '' : stderr }).toEqual({ words, code: 0, stderr: '' });
  return stdout;
}

// biome-ignore lint/suspicious/noExplicitAny: each answer is matched against what it must hold
const json = (...words: string[]): any => JSON.parse(ok(...words, '--json'));
// biome-ignore lint/suspicious/noExplicitAny: as above
const call = (name: string, input: object, ...words: string[]): any =>
  json('integrations:call', name, JSON.stringify(input), ...words).data;

describe('the functions of the Lua document', () => {
  it('read event types and the user', () => {
    expect(call('list_event_types', { limit: 20 })).toHaveLength(3);
    expect(call('cal.list_event_types', { limit: 1, page: 2 })).toMatchObject([{ slug: '30min' }]);
    expect(call('cal.cal_get_event_type', { id: 2 })).toMatchObject({ slug: '30min' });
    expect(call('cal_get_current_user', {})).toMatchObject({ timeZone: 'Europe/Amsterdam' });
    const wrong = run('integrations:call', 'cal.list_event_types', '--team-id', '999', '--json');
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.stderr)).toMatchObject({ success: false, error: { code: 'not_found' } });
  });

  it('book, move and cancel with the arguments it shows', () => {
    const responses = { name: 'Jane Example', email: 'jane@example.test', notes: 'Optional notes.' };
    const slot = { event_type_id: 2, start: '2030-01-08T10:00:00Z' };
    const created = call('cal.create_booking', { ...slot, end: '2030-01-08T10:30:00Z', responses }, '--yes');
    expect(created).toMatchObject({ status: 'accepted', attendees: [{ name: 'Jane Example', email: 'jane@example.test' }] });
    const long = run(
      'integrations:call',
      'cal.create_booking',
      JSON.stringify({ ...slot, end: '2030-01-08T11:00:00Z', responses }),
      '--yes',
      '--json',
    );
    expect(long.code).toBe(2);
    expect(JSON.parse(long.stderr).error.message).toContain('cannot last 60 minutes');
    expect(call('cal.get_booking', { id: created.uid })).toMatchObject({ uid: created.uid });
    expect(call('cal.get_booking', { id: String(created.id) })).toMatchObject({ uid: created.uid });
    for (const status of ['upcoming', 'confirmed']) {
      expect(call('cal.list_bookings', { status, limit: 5, page: 1 }).bookings, status).toMatchObject([{ uid: created.uid }]);
    }
    for (const status of ['pending', 'rejected', 'past', 'cancelled', 'recurring', 'unconfirmed']) {
      expect(call('cal.list_bookings', { status }).bookings, status).toEqual([]);
    }
    const moved = call('cal.reschedule_booking', { booking_uid: created.uid, body: { start: '2030-01-09T10:00:00Z' } }, '--yes');
    expect(moved).toMatchObject({ start: '2030-01-09T10:00:00.000Z' });
    const cancelled = call('cal.cancel_booking', { booking_uid: moved.uid, body: { cancellationReason: 'No longer needed' } }, '--yes');
    expect(cancelled).toMatchObject({ status: 'cancelled' });
  }, 60_000);

  it('call the API by path, each at its own version', () => {
    const params = { eventTypeId: 2, start: '2030-01-08T00:00:00Z', end: '2030-01-09T00:00:00Z' };
    expect(JSON.stringify(call('cal.api_get', { path: '/slots', params }))).toContain('2030-01-08T08:00:00');
    expect(call('cal.api_get', { path: '/me' })).toMatchObject({ timeZone: 'Europe/Amsterdam' });
    const body = { eventTypeId: 2, start: '2030-01-08T11:00:00Z', attendee: { name: 'Jane', email: 'jane@example.test', timeZone: 'UTC' } };
    const made = call('cal.api_post', { path: '/bookings', body }, '--yes');
    expect(JSON.stringify(made)).toContain('jane@example.test');
    const changed = call('cal.api_patch', { path: '/event-types/2', body: { description: 'Half an hour.' } }, '--yes');
    expect(JSON.stringify(changed)).toContain('Half an hour.');
    const schedule = call('cal.create_schedule', { name: 'Spare', hours: 'Mon 10:00-12:00', time_zone: 'UTC' }, '--yes');
    call('cal.api_delete', { path: `/schedules/${schedule.id}` }, '--yes');
    expect(call('cal.list_schedules', {}).map(({ name }: { name: string }) => name)).not.toContain('Spare');
  }, 60_000);
});

describe('the eight tools of the catalogue document', () => {
  it('answer its three prompts', () => {
    const booked = json('bookings', 'list', '--status', 'upcoming');
    expect(booked.bookings.length).toBeGreaterThan(0);
    const { slots } = json('slots', 'available', '--event-type', '30min', '--when', 'the next 3 days');
    const [first] = Object.values<{ start: string }[]>(slots).flat();
    const made = json(
      'bookings',
      'create',
      '--event-type',
      '30min',
      '--start',
      first?.start ?? '',
      '--name',
      'Ada',
      '--email',
      'ada@example.com',
      '--yes',
    );
    expect(Date.parse(made.start)).toBe(Date.parse(first?.start ?? ''));
    expect(json('bookings', 'list', '--attendee-email', 'ada@example.com').bookings).toMatchObject([{ uid: made.uid }]);
    expect(json('bookings', 'list', '--event-type-id', '1').bookings).toEqual([]);
  }, 60_000);

  it('confirm a booking that waits for its host', async () => {
    const policy = { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } };
    const { id } = call(
      'cal.create_event_type',
      { title: 'Ask first', slug: 'ask-first', length_in_minutes: 30, settings: policy },
      '--yes',
    );
    const body = JSON.stringify({
      eventTypeId: id,
      start: '2030-01-10T10:00:00Z',
      attendee: { name: 'Bob', email: 'bob@example.com', timeZone: 'UTC' },
    });
    const headers = { 'content-type': 'application/json', 'cal-api-version': '2024-08-13' };
    const asked = await fetch(`${kalends.address}/v2/bookings`, { method: 'POST', headers, body });
    expect(asked.status).toBe(201);
    const [waiting] = json('bookings', 'list', '--status', 'unconfirmed').bookings;
    expect(json('bookings', 'confirm', waiting.uid, '--yes')).toMatchObject({ status: 'accepted' });
  }, 60_000);

  it('show whether they read or write wherever they are shown', () => {
    expect(ok('bookings', 'cancel', '--help')).toContain('(destroy)');
    expect(ok('integrations:docs', 'cal.cancel_booking', '--no-json')).toContain('Access: Write');
    expect(
      json('integrations:list').providers.cal.functions.every(({ access }: { access: string }) => ['Read', 'Write'].includes(access)),
    ).toBe(true);
  });
});

describe('the workflows of the agents guide', () => {
  const attendee = { name: 'John Doe', email: 'john@example.com', timeZone: 'America/New_York' };

  it('look for times and book by username and slug, without a key of the other', () => {
    const range = { username: 'bailey', event_type_slug: '15min', start: '2030-01-08T00:00:00Z', end: '2030-01-09T00:00:00Z' };
    const { slots } = call('cal.get_available_slots', range);
    const [first] = Object.values<{ start: string }[]>(slots).flat();
    const booked = call('cal.create_booking', { event_type_slug: '15min', username: 'bailey', start: first?.start, attendee }, '--yes');
    expect(booked).toMatchObject({ status: 'accepted', hosts: [{ username: 'bailey' }] });
    const moved = call(
      'cal.reschedule_booking',
      { booking_uid: booked.uid, start: '2030-01-08T12:00:00Z', reason: 'Attendee requested different time' },
      '--yes',
    );
    expect(moved).toMatchObject({ start: '2030-01-08T12:00:00.000Z' });
    expect(call('cal.list_event_types', { username: 'bailey' })).toMatchObject([{ slug: '15min' }, { slug: '30min' }, { slug: '60min' }]);
  }, 60_000);

  it('ask for the answers that an event type requires, and take them', () => {
    const bookingFields = [{ type: 'text', slug: 'company_size', label: 'Company size', required: true }];
    const { id } = call(
      'cal.create_event_type',
      { title: 'Consultation', slug: 'consultation', length_in_minutes: 30, settings: { bookingFields } },
      '--yes',
    );
    const wish = { event_type_id: id, start: '2030-01-11T10:00:00Z', attendee };
    const missing = run('integrations:call', 'cal.create_booking', JSON.stringify(wish), '--yes', '--json');
    expect(missing.code).toBe(2);
    expect(JSON.stringify(JSON.parse(missing.stderr).error)).toContain('company_size');
    const booked = call(
      'cal.create_booking',
      { ...wish, booking_fields: { company_size: '10-50' }, notes: 'Discussing the new AI integration' },
      '--yes',
    );
    expect(booked.bookingFieldsResponses).toMatchObject({ company_size: '10-50' });
  }, 60_000);

  it('say of an instant booking what is not there yet', () => {
    const wish = { event_type_slug: '30min', start: '2030-01-11T12:00:00Z', instant: true, attendee };
    const { code, stderr } = run('integrations:call', 'cal.create_booking', JSON.stringify(wish), '--yes', '--json');
    expect(code).not.toBe(0);
    expect(JSON.parse(stderr)).toMatchObject({ success: false, error: { code: 'unsupported' } });
  });

  it('check credits, then charge them once for one reference', () => {
    expect(call('cal.get_available_credits', {})).toMatchObject({ hasCredits: true });
    const charge = { credits: 5, credit_for: 'AI_AGENT', external_ref: 'agent-thread-abc-1711432800000' };
    const charged = call('cal.charge_credits', charge, '--yes');
    expect(charged).toMatchObject({ charged: true });
    expect(call('cal.charge_credits', charge, '--yes').remainingBalance).toEqual(charged.remainingBalance);
  }, 60_000);

  it('keep schedules and webhooks', () => {
    expect(json('schedules', 'list')).toMatchObject([{ isDefault: true }]);
    const triggers = ['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED'];
    const webhook = call('cal.create_webhook', { subscriber_url: 'https://example.com/webhooks/cal', triggers, active: true }, '--yes');
    expect(json('webhooks', 'list')).toMatchObject([{ id: webhook.id, subscriberUrl: 'https://example.com/webhooks/cal' }]);
    ok('webhooks', 'delete', webhook.id, '--yes', '--json');
  }, 60_000);
});

describe('every form of input and output', () => {
  it('reads numbers, texts, JSON, files and standard input by the schema', () => {
    writeFileSync(join(home, 'input.json'), '{"status":["cancelled"]}');
    expect(json('bookings', 'list', `@${join(home, 'input.json')}`).bookings.length).toBeGreaterThan(0);
    expect(json('bookings', 'list', 'status:=["cancelled"]', 'limit=1').bookings).toHaveLength(1);
    expect(json('integrations', 'cal', 'list_bookings', '--status=cancelled', '--limit', '1').data.bookings).toHaveLength(1);
    expect(json('integrations:cal', 'list-bookings', '--arg', 'status=cancelled', '--take', '1').data.bookings).toHaveLength(1);
  }, 60_000);

  it('writes tables, lines and values', () => {
    expect(ok('event-types', 'list', '--format', 'csv').split('\r\n')[0]).toMatch(/^id,/);
    expect(
      ok('event-types', 'list', '--format', 'jsonl')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).slug),
    ).toContain('30min');
    expect(ok('event-types', 'list', '--format', 'table')).toContain('30min');
    expect(run('event-types', 'list', '--format', 'yaml')).toMatchObject({ code: 2, stderr: expect.stringContaining('\\"yaml\\"') });
  }, 60_000);

  it('undoes what was done, and says so', () => {
    const made = json(
      'bookings',
      'create',
      '--event-type',
      '30min',
      '--start',
      '2030-01-14T10:00',
      '--name',
      'Eve',
      '--email',
      'eve@example.com',
      '--yes',
    );
    ok('undo', 'last', '--yes', '--json');
    expect(json('bookings', 'get', made.uid)).toMatchObject({ status: 'cancelled' });
    expect(json('journal', 'verify')).toMatchObject({ ok: true });
  }, 60_000);
});

describe('the secret of a webhook', () => {
  it('is in no output and in no row of the journal', () => {
    const secret = 'hush-my-planted-words';
    const words = ['webhooks', 'create', 'https://example.com/signed', '--triggers', 'BOOKING_CREATED', '--secret', secret];
    const asked = run(...words, '--json');
    const shown = [asked.stdout + asked.stderr, ok('approvals', 'list', '--json')];
    const { id } = JSON.parse(asked.stdout).approval;
    shown.push(ok('approvals', 'show', id, '--json'), ok(...words, '--dry-run', '--json'), ok('approvals', 'approve', id, '--json'));
    shown.push(ok('journal', 'export'), ok('journal', 'show', 'last', '--json'), ok('webhooks', 'list', '--json'));
    for (const text of shown) expect(text).not.toContain(secret);
    expect(json('webhooks', 'list')).toMatchObject([{ secret: expect.stringContaining('****') }]);
  }, 60_000);
});

describe('the policy', () => {
  it('counts from the moment it is saved, and allows nothing while it cannot be read', () => {
    const path = join(home, 'config.json');
    writeFileSync(path, '{ "allowYes": true, "policy": [{ "tool": "cal.list_bookings", "verdict": "deny" }] }');
    expect(run('bookings', 'list', '--json')).toMatchObject({ code: 5, stderr: expect.stringContaining('"denied"') });
    writeFileSync(path, '{ "allowYes": ');
    expect(run('me', '--json')).toMatchObject({ code: 2, stderr: expect.stringContaining('config.json') });
    writeFileSync(path, '{ "allowYes": false }');
    expect(run('bookings', 'list', '--json').code).toBe(0);
    expect(run('webhooks', 'create', 'https://example.com/late', '--triggers', 'BOOKING_CREATED', '--yes', '--json').code).toBe(3);
  }, 60_000);
});
