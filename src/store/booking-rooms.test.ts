import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeBookingRoom,
  findAboutRooms,
  getBookingRoom,
  listWaitingBookingRooms,
  ROOM_LOCATION,
  rememberHookMessage,
  wantBookingRoom,
} from './booking-rooms.ts';
import { type BookingRecord, insertBooking } from './bookings.ts';
import { createEventType } from './event-types.ts';
import { getChange, hasUndispatched, recordChange, takeUndispatched } from './outbox.ts';
import { completeHeld } from './outbox-hold.ts';
import { timestamp } from './sql-values.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';
import { createUser } from './users.ts';

const NOW = Date.parse('2030-01-07T08:00:00Z');
const HOUR = 3_600_000;
const LINK = { kind: ROOM_LOCATION, value: 'https://rooms.test/x"\\' };

describe.each(testEngines)('rooms for bookings on $engine', ({ start }) => {
  let engine: TestEngine;
  let store: Store;
  let userId: number;
  let eventTypeId: number;
  let count = 0;

  beforeAll(async () => {
    engine = await start();
    store = await engine.openStore();
    userId = (await createUser(store.db, { username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', now: NOW })).id;
    eventTypeId = (await createEventType(store.db, { userId, slug: 'hour', title: 'Hour', lengthMinutes: 60, now: NOW })).id;
  }, 60_000);

  afterAll(async () => {
    await store.close();
    await engine.stop();
  });

  /** A booking that wants a room, with its news. */
  async function book(details: Readonly<Record<string, unknown>> = {}): Promise<BookingRecord> {
    count += 1;
    const uid = `booking-${count}`;
    return await store.transaction(async (tx) => {
      const booking = await insertBooking(tx, {
        uid,
        eventTypeId,
        hostIds: [userId],
        title: 'Review',
        status: 'accepted',
        startAt: NOW + count * HOUR,
        endAt: NOW + (count + 1) * HOUR,
        beforeBufferMinutes: 0,
        afterBufferMinutes: 0,
        location: { kind: ROOM_LOCATION, value: null },
        metadata: {},
        responses: {},
        icsUid: `${uid}@kalends`,
        attendees: [{ name: 'Bob', email: 'bob@example.com', timeZone: 'UTC' }],
        now: NOW,
      });
      await recordChange(tx, { trigger: 'BOOKING_CREATED', booking, details });
      return booking;
    });
  }

  async function take() {
    const { ids } = await store.transaction((tx) => takeUndispatched(tx, { limit: 100 }));
    return await Promise.all(ids.map((id) => getChange(store.db, id)));
  }

  const told = async () => (await take()).map((change) => [change?.trigger, change?.payload.booking?.location]);

  it('news wait for the room, and are told with its link', async () => {
    const { uid } = await book();
    expect(await told()).toEqual([['BOOKING_ROOM_WANTED', { kind: ROOM_LOCATION, value: null }]]);
    expect(await hasUndispatched(store.db)).toBe(false);
    expect(await store.transaction((tx) => completeHeld(tx, { bookingUid: uid, location: LINK }))).toBe(true);
    expect(await told()).toEqual([['BOOKING_CREATED', LINK]]);
    expect(await store.transaction((tx) => completeHeld(tx, { bookingUid: uid, location: LINK }))).toBe(false);
  });

  it('news are told without it when nobody makes it, or something else happens first', async () => {
    const [late, cancelled] = [await book(), await book()];
    await take();
    await store.db
      .updateTable('outbox')
      .set({ held_until: timestamp(0) })
      .where('booking_uid', '=', late.uid)
      .where('held_until', 'is not', null)
      .execute();
    expect((await told()).map(([trigger]) => trigger)).toEqual(['BOOKING_CREATED']);
    await store.transaction((tx) => recordChange(tx, { trigger: 'BOOKING_CANCELLED', booking: { ...cancelled, status: 'cancelled' } }));
    expect((await told()).map(([trigger]) => trigger)).toEqual(['BOOKING_CREATED', 'BOOKING_CANCELLED']);
  });

  it('are asked about by news of places that are rooms, and of bookings that have one', async () => {
    const booking = await book();
    const elsewhere = { ...booking, uid: 'elsewhere', location: { kind: 'integrations:daily', value: null } };
    const write = (changed: BookingRecord, previous?: BookingRecord) =>
      store.transaction((tx) => recordChange(tx, { trigger: 'BOOKING_LOCATION_UPDATED', booking: changed, ...(previous && { previous }) }));
    await take();
    await write(elsewhere);
    await write(elsewhere, booking);
    await write({ ...elsewhere, uid: 'left', location: 'https://meet.example.com' });
    await wantBookingRoom(store.db, { account: 'local', bookingUid: 'left', userId, endAt: NOW, processNow: NOW });
    const { ids } = await store.transaction((tx) => takeUndispatched(tx, { limit: 100 }));
    const concerned = await store.transaction((tx) => findAboutRooms(tx, ids));
    expect(concerned).toEqual(ids.slice(-2));
  });

  it('those of a series are told together, when the last room is there', async () => {
    const [one, two] = [await book({ batch: 'b' }), await book({ batch: 'b' })];
    await take();
    await store.transaction((tx) => completeHeld(tx, { bookingUid: two.uid, location: LINK }));
    expect(await told()).toEqual([]);
    await store.transaction((tx) => completeHeld(tx, { bookingUid: one.uid, location: LINK }));
    expect(await told()).toEqual([
      ['BOOKING_CREATED', LINK],
      ['BOOKING_CREATED', LINK],
    ]);
  });

  it('a booking has one row, and a new name only when its room was removed', async () => {
    const wish = { account: 'local', bookingUid: 'booking-1', userId, endAt: NOW + HOUR, processNow: NOW };
    const [first, second] = await Promise.all([wantBookingRoom(store.db, wish), wantBookingRoom(store.db, wish)]);
    expect(second?.prefix).toBe(first?.prefix);
    const { id = '', prefix } = first ?? {};
    await changeBookingRoom(store.db, id, { state: 'failed', lastError: 'Not today.', processNow: NOW });
    const waiting = { before: NOW + 1, now: NOW, limit: 10 };
    expect(await listWaitingBookingRooms(store.db, waiting)).toEqual([{ account: 'local', bookingUid: 'booking-1' }]);
    expect(await wantBookingRoom(store.db, wish)).toMatchObject({ prefix, state: 'failed', lastError: 'Not today.' });
    await changeBookingRoom(store.db, id, { state: 'removed', processNow: NOW });
    const again = await wantBookingRoom(store.db, { ...wish, endAt: NOW + 2 * HOUR });
    expect([again.state, again.endAt, again.prefix === prefix]).toEqual(['wanted', NOW + 2 * HOUR, false]);
    expect((await getBookingRoom(store.db, wish))?.prefix).toBe(again.prefix);
  });

  it('a message is new once', async () => {
    const message = { digest: 'd', source: 'cal default', processNow: NOW };
    const both = await Promise.all([rememberHookMessage(store.db, message), rememberHookMessage(store.db, message)]);
    expect(both.toSorted()).toEqual([false, true]);
  });
});
