import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertBooking } from './bookings.ts';
import { createEventType, type EventTypeRecord, getEventType, updateEventType } from './event-types.ts';
import { readHostFacts } from './host-facts.ts';
import { createSampleHost, DAY, HOUR, MINUTE, NOW, type SampleHost, sampleBooking } from './sample-diary.fixture.ts';
import { createSchedule, updateSchedule } from './schedules.ts';
import { timestamp } from './sql-values.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';

describe.each(testEngines)('the facts about a host on $engine', ({ start }) => {
  let running: TestEngine;
  let store: Store;
  beforeAll(async () => {
    running = await start();
    store = await running.openStore();
  });
  afterAll(async () => {
    await store.close();
    await running.stop();
  });

  async function factsOf({ user, eventType }: SampleHost, from = NOW, to = NOW + DAY) {
    const current = await getEventType(store.db, eventType.id);
    const [facts] = await readHostFacts(store.db, { hostIds: [user.id], eventType: current ?? eventType, from, to, now: NOW });
    if (facts === undefined) {
      throw new Error('no facts');
    }
    return facts;
  }

  const uids = (facts: Awaited<ReturnType<typeof factsOf>>) => facts.bookings.map((booking) => booking.uid).sort();

  async function otherType(host: SampleHost): Promise<EventTypeRecord> {
    return await createEventType(store.db, { userId: host.user.id, slug: 'other', title: 'Other', lengthMinutes: 15, now: NOW });
  }

  it('are an empty diary and the default schedule at first', async () => {
    const host = await createSampleHost(store);
    expect(await factsOf(host)).toEqual({
      hostId: host.user.id,
      schedule: { timeZone: 'Europe/London', hours: [{ days: [1, 2, 3, 4, 5], startMinute: 540, endMinute: 1020 }], overrides: [] },
      bookings: [],
      busy: [],
      reservations: [],
    });
  });

  it('take the schedule of the event type before the default one, and 23:59 as midnight', async () => {
    const host = await createSampleHost(store);
    const { id } = await createSchedule(store.db, {
      userId: host.user.id,
      name: 'Nights',
      timeZone: 'Asia/Tokyo',
      hours: [{ days: [6], startMinute: 1200, endMinute: 1439 }],
      overrides: [{ date: '2030-01-12', startMinute: 0, endMinute: 0 }],
      isDefault: false,
      now: NOW,
    });
    await updateEventType(store.db, host.eventType.id, { scheduleId: id, now: NOW });
    expect((await factsOf(host)).schedule).toEqual({
      timeZone: 'Asia/Tokyo',
      hours: [{ days: [6], startMinute: 1200, endMinute: 1440 }],
      overrides: [{ date: '2030-01-12', startMinute: 0, endMinute: 0 }],
    });
  });

  it('have no hours without a schedule', async () => {
    const host = await createSampleHost(store);
    await store.transaction((tx) => updateSchedule(tx, host.user.defaultScheduleId ?? 0, { isDefault: false, now: NOW }));
    expect((await factsOf(host)).schedule).toEqual({ timeZone: 'Europe/London', hours: [], overrides: [] });
  });

  it('list accepted bookings in reach, whatever their event type', async () => {
    const host = await createSampleHost(store);
    const other = await otherType(host);
    const reaching = sampleBooking(host, { startAt: NOW - HOUR, endAt: NOW + MINUTE });
    const foreign = sampleBooking(host, { startAt: NOW + HOUR, eventTypeId: other.id, beforeBufferMinutes: 5, afterBufferMinutes: 10 });
    const outside = [
      sampleBooking(host, { startAt: NOW - 2 * HOUR }),
      sampleBooking(host, { startAt: NOW + DAY + HOUR }),
      sampleBooking(host, { startAt: NOW + 2 * HOUR, status: 'cancelled' }),
      sampleBooking(host, { startAt: NOW + 2 * HOUR, status: 'rejected' }),
      sampleBooking(await createSampleHost(store), { startAt: NOW + 3 * HOUR }),
    ];
    for (const booking of [reaching, foreign, ...outside]) {
      await insertBooking(store.db, booking);
    }
    const facts = await factsOf(host);
    expect(uids(facts)).toEqual([reaching.uid, foreign.uid].sort());
    expect(facts.bookings.find((booking) => booking.uid === foreign.uid)).toEqual({
      uid: foreign.uid,
      eventTypeId: other.id,
      status: 'accepted',
      start: NOW + HOUR,
      end: NOW + HOUR + 30 * MINUTE,
      beforeBufferMinutes: 5,
      afterBufferMinutes: 10,
    });
  });

  it('list pending bookings of the event type itself only', async () => {
    const host = await createSampleHost(store);
    const own = await insertBooking(store.db, sampleBooking(host, { status: 'pending' }));
    await insertBooking(store.db, sampleBooking(host, { status: 'pending', eventTypeId: (await otherType(host)).id }));
    expect(uids(await factsOf(host))).toEqual([own.uid]);
  });

  it('reach as far as the buffers of either side and the length of a last slot', async () => {
    const host = await createSampleHost(store, { beforeEventBuffer: 20, afterEventBuffer: 40 });
    const before = sampleBooking(host, { startAt: NOW - 60 * MINUTE, afterBufferMinutes: 11 });
    const tooEarly = sampleBooking(host, { startAt: NOW - 95 * MINUTE, afterBufferMinutes: 10 });
    const after = sampleBooking(host, { startAt: NOW + DAY + (30 + 40 + 4) * MINUTE, beforeBufferMinutes: 5 });
    const tooLate = sampleBooking(host, { startAt: NOW + DAY + (30 + 40 + 65) * MINUTE, beforeBufferMinutes: 5 });
    for (const booking of [before, tooEarly, after, tooLate]) {
      await insertBooking(store.db, booking);
    }
    expect(uids(await factsOf(host))).toEqual([before.uid, after.uid].sort());
  });

  it.each([
    ['bookingLimitsCount', { week: 3 }, [-6 * DAY], [-30 * DAY]],
    ['bookingLimitsDuration', { month: 600 }, [-6 * DAY, -30 * DAY], [-300 * DAY]],
    ['bookingLimitsCount', { day: 1, year: 50 }, [-6 * DAY, -300 * DAY, 200 * DAY], [-400 * DAY]],
    ['bookingLimitsCount', { disabled: true }, [], [-6 * DAY]],
  ] as const)('reach over the longest period of %s %j', async (option, limits, inside, outside) => {
    const host = await createSampleHost(store, { [option]: limits });
    const counted = inside.map((offset) => sampleBooking(host, { startAt: NOW + offset }));
    const ignored = outside.map((offset) => sampleBooking(host, { startAt: NOW + offset }));
    const foreign = sampleBooking(host, { startAt: NOW - 2 * DAY, eventTypeId: (await otherType(host)).id });
    for (const booking of [...counted, ...ignored, foreign]) {
      await insertBooking(store.db, booking);
    }
    expect(uids(await factsOf(host))).toEqual(counted.map((booking) => booking.uid).sort());
  });

  it('list what the host attends by his address, once', async () => {
    const host = await createSampleHost(store);
    const other = await createSampleHost(store);
    const grace = { name: 'Grace', email: host.user.email.toUpperCase(), timeZone: 'UTC' };
    const attended = sampleBooking(other, { attendees: [grace, { ...grace, guest: true }] });
    const own = sampleBooking(host, { startAt: NOW + 2 * HOUR, attendees: [grace] });
    const pending = sampleBooking(other, { startAt: NOW + 3 * HOUR, attendees: [grace], status: 'pending' });
    const away = sampleBooking(other, { startAt: NOW + 30 * DAY, attendees: [grace] });
    for (const booking of [attended, own, pending, away]) {
      await insertBooking(store.db, booking);
    }
    expect(uids(await factsOf(host))).toEqual([attended.uid, own.uid].sort());
  });

  it('count the seats of a seated booking', async () => {
    const host = await createSampleHost(store);
    const seat = (name: string) => ({
      name,
      email: `${name}@example.com`,
      timeZone: 'UTC',
      seatUid: `${host.user.id}-${name}`,
      seat: { responses: {}, metadata: {} },
    });
    await insertBooking(store.db, sampleBooking(host, { seatsTotal: 3, attendees: [seat('ada'), seat('bob')] }));
    expect((await factsOf(host)).bookings).toMatchObject([{ seats: { taken: 2, total: 3 } }]);
  });

  it('list reservations that still hold', async () => {
    const host = await createSampleHost(store);
    const reservation = (uid: string, until: number, startAt = NOW + HOUR) => ({
      uid: `${uid}-${host.user.id}`,
      event_type_id: host.eventType.id,
      host_id: host.user.id,
      start_at: timestamp(startAt),
      end_at: timestamp(startAt + 30 * MINUTE),
      reserved_until: timestamp(until),
      created_at: timestamp(NOW),
    });
    const rows = [reservation('held', NOW + MINUTE), reservation('over', NOW), reservation('far', NOW + MINUTE, NOW + 9 * DAY)];
    await store.db.insertInto('slot_reservations').values(rows).execute();
    expect((await factsOf(host)).reservations).toEqual([
      { uid: `held-${host.user.id}`, eventTypeId: host.eventType.id, start: NOW + HOUR, end: NOW + HOUR + 30 * MINUTE },
    ]);
  });

  it('come in the order that was asked, without unknown hosts', async () => {
    const [first, second] = [await createSampleHost(store), await createSampleHost(store)];
    await insertBooking(store.db, sampleBooking(first));
    const hostIds = [second.user.id, 999_999, first.user.id];
    const facts = await readHostFacts(store.db, { hostIds, eventType: first.eventType, from: NOW, to: NOW + DAY, now: NOW });
    expect(facts.map(({ hostId, bookings }) => [hostId, bookings.length])).toEqual([
      [second.user.id, 0],
      [first.user.id, 1],
    ]);
    expect(await readHostFacts(store.db, { hostIds: [], eventType: first.eventType, from: NOW, to: NOW + DAY, now: NOW })).toEqual([]);
  });

  it('survive a deleted event type of a booking', async () => {
    const host = await createSampleHost(store);
    const other = await otherType(host);
    await insertBooking(store.db, sampleBooking(host, { eventTypeId: other.id }));
    await store.db.deleteFrom('event_types').where('id', '=', other.id).execute();
    expect((await factsOf(host)).bookings).toMatchObject([{ eventTypeId: 0 }]);
  });
});
