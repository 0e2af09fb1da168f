import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getBooking, insertBooking, updateBooking } from './bookings.ts';
import { isOverlap } from './conflicts.ts';
import { deleteEventType } from './event-types.ts';
import { lockHosts } from './locks.ts';
import { createSampleHost, HOUR, MINUTE, NOW, sampleBooking } from './sample-diary.fixture.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';

describe.each(testEngines)('bookings on $engine', ({ start }) => {
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

  it('come back as they were written, with hosts and attendees', async () => {
    const host = await createSampleHost(store);
    const guest = { name: 'Bob', email: 'bob@example.com', timeZone: 'UTC', guest: true };
    const written = sampleBooking(host, {
      description: 'Notes',
      metadata: { source: 'test' },
      attendees: [{ name: 'Ada', email: 'ada@example.com', timeZone: 'Europe/Paris', language: 'fr', phoneNumber: '+33123456789' }, guest],
    });
    const booking = await insertBooking(store.db, written);
    expect(booking).toMatchObject({
      uid: written.uid,
      eventType: { id: host.eventType.id, slug: '30min', title: '30 minutes' },
      hostId: host.user.id,
      description: 'Notes',
      status: 'accepted',
      startAt: NOW + HOUR,
      endAt: NOW + HOUR + 30 * MINUTE,
      location: { type: 'integration', integration: 'cal-video' },
      metadata: { source: 'test' },
      rescheduledFromUid: null,
      icsSequence: 0,
      createdAt: NOW,
    });
    expect(booking.hosts).toEqual([
      { id: host.user.id, name: 'Grace', email: host.user.email, username: host.user.username, timeZone: 'Europe/London' },
    ]);
    expect(booking.attendees).toMatchObject([
      {
        name: 'Ada',
        email: 'ada@example.com',
        timeZone: 'Europe/Paris',
        language: 'fr',
        phoneNumber: '+33123456789',
        guest: false,
        seat: null,
      },
      { name: 'Bob', guest: true, language: 'en' },
    ]);
    expect(await getBooking(store.db, written.uid)).toEqual(booking);
    expect(await getBooking(store.db, 'nowhere')).toBeUndefined();
  });

  it('of one host never overlap, by the constraint alone', async () => {
    const host = await createSampleHost(store);
    await insertBooking(store.db, sampleBooking(host));
    for (const startAt of [NOW + HOUR, NOW + HOUR + MINUTE, NOW + HOUR - 29 * MINUTE]) {
      const error = await insertBooking(store.db, sampleBooking(host, { startAt })).catch((thrown: unknown) => thrown);
      expect(isOverlap(error)).toBe(true);
    }
    expect(isOverlap(new Error('something else'))).toBe(false);
  });

  it('may touch, may overlap for different hosts, and may overlap on purpose', async () => {
    const host = await createSampleHost(store);
    await insertBooking(store.db, sampleBooking(host));
    await insertBooking(store.db, sampleBooking(host, { startAt: NOW + HOUR + 30 * MINUTE }));
    await insertBooking(store.db, sampleBooking(host, { startAt: NOW + HOUR - 30 * MINUTE }));
    await insertBooking(store.db, sampleBooking(await createSampleHost(store)));
    await insertBooking(store.db, sampleBooking(host, { blocking: false }));
  });

  it('leave nothing behind when the constraint refuses them', async () => {
    const host = await createSampleHost(store);
    await insertBooking(store.db, sampleBooking(host));
    const refused = sampleBooking(host);
    await expect(insertBooking(store.db, refused)).rejects.toThrow();
    expect(await getBooking(store.db, refused.uid)).toBeUndefined();
  });

  it('block no more once they are cancelled, and only when accepted', async () => {
    const host = await createSampleHost(store);
    const first = await insertBooking(store.db, sampleBooking(host));
    const pending = await insertBooking(store.db, sampleBooking(host, { status: 'pending' }));
    const cancelled = await store.transaction((tx) =>
      updateBooking(tx, first.uid, { from: ['accepted'], changes: { status: 'cancelled', cancellationReason: 'Ill', now: NOW + MINUTE } }),
    );
    expect(cancelled).toMatchObject({ status: 'cancelled', cancellationReason: 'Ill', updatedAt: NOW + MINUTE, createdAt: NOW });
    const confirm = { from: ['pending'], changes: { status: 'accepted', now: NOW } } as const;
    expect(await store.transaction((tx) => updateBooking(tx, pending.uid, confirm))).toMatchObject({ status: 'accepted' });
    const error = await insertBooking(store.db, sampleBooking(host)).catch((thrown: unknown) => thrown);
    expect(isOverlap(error)).toBe(true);
  });

  it('cannot be confirmed onto time that was taken since', async () => {
    const host = await createSampleHost(store);
    const pending = await insertBooking(store.db, sampleBooking(host, { status: 'pending' }));
    await insertBooking(store.db, sampleBooking(host));
    const error = await store
      .transaction((tx) => updateBooking(tx, pending.uid, { from: ['pending'], changes: { status: 'accepted', now: NOW } }))
      .catch((thrown: unknown) => thrown);
    expect(isOverlap(error)).toBe(true);
    expect(await getBooking(store.db, pending.uid)).toMatchObject({ status: 'pending' });
  });

  it('change state once, however many ask at the same time', async () => {
    const host = await createSampleHost(store);
    const { uid } = await insertBooking(store.db, sampleBooking(host));
    const cancel = { from: ['accepted', 'pending'], changes: { status: 'cancelled', now: NOW } } as const;
    const results = await Promise.all(Array.from({ length: 8 }, () => store.transaction((tx) => updateBooking(tx, uid, cancel))));
    expect(results.filter((booking) => booking !== undefined)).toHaveLength(1);
  });

  it('outlive their event type', async () => {
    const host = await createSampleHost(store);
    const { uid } = await insertBooking(store.db, sampleBooking(host));
    expect(await deleteEventType(store.db, host.eventType.id)).toBe(true);
    expect(await getBooking(store.db, uid)).toMatchObject({ eventType: null, title: '30 minutes between Grace and Ada' });
  });

  it('are made once when fifty transactions race under the lock', async () => {
    const host = await createSampleHost(store);
    const attempts = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        store.transaction(async (tx) => {
          await lockHosts(tx, [host.user.id, host.user.id], host.eventType.id);
          return await insertBooking(tx, sampleBooking(host));
        }),
      ),
    );
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    expect(attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [isOverlap(attempt.reason)] : [])).every(Boolean)).toBe(true);
  });
});
