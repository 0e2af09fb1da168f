import { afterEach, expect, it } from 'vitest';
import { recordMeetings } from '../store/meetings.ts';
import { deleteDispatched, hasUndispatched } from '../store/outbox.ts';
import { listDueReminders, setReminderHours } from '../store/reminders.ts';
import { createSchedule } from '../store/schedules.ts';
import { setSetting } from '../store/settings.ts';
import { openStore, type Store } from '../store/store.ts';
import { testSeedArchive } from '../store/test-engines.ts';
import { fillDemonstration } from './demonstration.ts';
import { ensureFirstUser } from './first-user.ts';

/** A Monday. */
const NOW = Date.parse('2030-01-07T08:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let store: Store;

afterEach(() => store.close());

async function open(timeZone = 'Europe/Amsterdam'): Promise<void> {
  store = await openStore({ memory: true, seedArchive: await testSeedArchive() });
  const olivia = { username: 'olivia', name: 'Olivia Owner', email: 'olivia@example.com', timeZone };
  await ensureFirstUser(store, { ...olivia, apiKey: 'cal_000000000000000000000000', now: NOW });
}

const bookings = () => store.db.selectFrom('bookings').select(['uid', 'status', 'start_at']).orderBy('start_at').orderBy('uid').execute();

it('puts its bookings on the working days around now, in the morning of their owner', async () => {
  await open();
  expect(await fillDemonstration(store, { now: NOW })).toEqual({ bookings: 7, rooms: 3, username: 'grace' });
  expect((await bookings()).map(({ uid, status, start_at: at }) => [uid, status, new Date(at).toISOString().slice(0, 16)])).toEqual([
    ['bkg_6p8s', 'accepted', '2030-01-04T08:00'],
    ['bkg_8x2m', 'accepted', '2030-01-08T08:00'],
    ['bkg_3f9t', 'accepted', '2030-01-08T08:30'],
    ['bkg_5c1d', 'accepted', '2030-01-09T08:00'],
    ['bkg_9j3v', 'accepted', '2030-01-09T08:30'],
    ['bkg_7w4n', 'pending', '2030-01-10T08:00'],
    ['bkg_2h6r', 'pending', '2030-01-10T08:30'],
  ]);
});

it('counts the days of its owner, where it is tomorrow already or still yesterday', async () => {
  await open('Pacific/Auckland');
  // Friday evening in London is Saturday in Auckland.
  await fillDemonstration(store, { now: Date.parse('2030-01-11T20:00:00Z') });
  const [first, second] = await bookings();
  expect([first?.start_at, second?.start_at].map((at) => new Date(at ?? 0).toISOString())).toEqual([
    '2030-01-10T20:00:00.000Z',
    '2030-01-13T20:00:00.000Z',
  ]);
});

it('tells nobody: neither mail nor call nor room follows from it', async () => {
  await open();
  await fillDemonstration(store, { now: NOW });
  expect(await hasUndispatched(store.db)).toBe(false);
  expect(await store.db.selectFrom('outbox').select(['kind', 'booking_uid']).orderBy('sequence').execute()).toEqual([
    { kind: 'MEETING_STARTED', booking_uid: 'bkg_6p8s' },
    { kind: 'MEETING_ENDED', booking_uid: 'bkg_6p8s' },
  ]);
  const states = (await store.db.selectFrom('mails').select('state').execute()).map(({ state }) => state);
  expect([...new Set(states)]).toEqual(['kept']);
  expect(await store.db.selectFrom('webhooks').select('id').where('active', '=', true).execute()).toEqual([]);
});

it('is no news to webhooks and scripts that come later, however long ago somebody looked at the meetings', async () => {
  await open();
  await fillDemonstration(store, { now: NOW });
  for (const seenUntil of [NOW, NOW - 30 * DAY_MS]) {
    await setSetting(store.db, { key: 'meetings-seen-until', value: seenUntil, now: NOW });
    expect(await store.transaction((tx) => recordMeetings(tx, NOW + HOUR_MS))).toBe(0);
  }
  // A meeting that begins later begins like any.
  expect(await store.transaction((tx) => recordMeetings(tx, NOW + DAY_MS))).toBe(1);
});

it('sets the mark of the meetings that were looked at, which outlives the rows of what was told', async () => {
  await open();
  await setSetting(store.db, { key: 'meetings-seen-until', value: NOW - 30 * DAY_MS, now: NOW });
  await fillDemonstration(store, { now: NOW });
  await deleteDispatched(store.db, Date.now() + DAY_MS);
  expect(await store.transaction((tx) => recordMeetings(tx, NOW + HOUR_MS))).toBe(0);
});

it('reminds nobody, whatever is wanted later', async () => {
  await open();
  await fillDemonstration(store, { now: NOW });
  for (const hours of [1, 25, 168]) {
    await setReminderHours(store.db, { userId: 1, hours, now: NOW });
    for (const now of [NOW, NOW + DAY_MS - HOUR_MS / 2, NOW + 2 * DAY_MS - HOUR_MS / 2]) {
      expect(await listDueReminders(store.db, { now, limit: 100 })).toEqual([]);
    }
  }
});

it('is made once, and only where its numbers are free; otherwise nothing is made', async () => {
  await open();
  await fillDemonstration(store, { now: NOW });
  await expect(fillDemonstration(store, { now: NOW })).rejects.toMatchObject({
    code: 'conflict',
    message: 'The demonstration is here already: there is a booking "bkg_6p8s".',
  });
  await store.close();
  await open();
  const used = { userId: 1, name: 'Mine', timeZone: 'UTC', hours: [], isDefault: false, now: NOW };
  await createSchedule(store.db, used);
  await expect(fillDemonstration(store, { now: NOW })).rejects.toMatchObject({
    code: 'conflict',
    hint: expect.stringContaining('kalends demo'),
  });
  expect(await bookings()).toEqual([]);
  expect(await store.db.selectFrom('users').select('id').execute()).toHaveLength(1);
});
