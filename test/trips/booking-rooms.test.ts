import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listMails } from '../../src/store/mails.ts';
import type { Booking } from '../../src/wire/calcom/index.ts';
import { type BookingStage, openBookingStage } from '../booking-stage.ts';

const START = '2050-09-06T08:00:00Z';
const LATER = '2050-09-06T10:00:00Z';

let stage: BookingStage;

beforeEach(async () => {
  stage = await openBookingStage();
}, 30_000);

afterEach(() => stage.close());

const eventually = (look: () => unknown) => expect.poll(look, { timeout: 20_000, interval: 50 });

/** Waits until the booking has its link, and answers that. */
async function untilLinked(booking: Booking): Promise<string> {
  await eventually(async () => (await stage.read(booking.uid)).location).toMatch(/^http:\/\/rooms\.test\/rooms\/kalends-/);
  return (await stage.read(booking.uid)).location ?? '';
}

const linksOf = async () => (await stage.rooms()).map(({ roomUrl }) => roomUrl);

const mails = async () => [...(await listMails(stage.service.store.db, stage.host.user.id, { limit: 50 }))].toReversed();

async function rowsOf(kind: string) {
  return await stage.service.store.db
    .selectFrom('outbox')
    .select(['payload', 'dispatched_at'])
    .where('kind', '=', kind)
    .orderBy('sequence')
    .execute();
}

describe('a booking whose event type takes place in a room of ours', { timeout: 60_000 }, () => {
  it('gets one, in its place, its invitation and what webhooks are told, at once', async () => {
    const booking = await stage.book(START);
    expect(booking.location).toBe('integrations:whereby-video');
    const link = await untilLinked(booking);
    expect(await linksOf()).toEqual([link]);
    expect((await stage.rooms())[0]?.endDate).toBe('2050-09-06T09:00:00.000Z');
    await eventually(async () => (await rowsOf('BOOKING_CREATED'))[0]?.dispatched_at != null).toBe(true);
    const [created] = await rowsOf('BOOKING_CREATED');
    expect(created?.payload.booking?.location).toEqual({ kind: 'integrations:whereby-video', value: link });
    await eventually(async () => (await mails()).length).toBe(2);
    for (const mail of await mails()) {
      expect(mail.kind).toBe('booked');
      expect(mail.calendar?.replace(/\r\n[ \t]/g, '')).toContain(link);
    }
    expect(await rowsOf('BOOKING_LOCATION_UPDATED')).toEqual([]);
  });

  it('that moves gets another one, and the old one goes; cancelled, it has none', async () => {
    const booking = await stage.book(START);
    const link = await untilLinked(booking);
    const { body } = await stage.service.call(`POST /v2/bookings/${booking.uid}/reschedule`, {
      key: stage.host.key,
      body: { start: LATER },
    });
    expect(body.data.location).toBe('integrations:whereby-video');
    const moved = await untilLinked(body.data);
    expect(moved).not.toBe(link);
    await eventually(linksOf).toEqual([moved]);
    expect((await stage.rooms())[0]?.endDate).toBe('2050-09-06T11:00:00.000Z');
    await stage.service.call(`POST /v2/bookings/${body.data.uid}/cancel`, { key: stage.host.key, body: { cancellationReason: 'Ill' } });
    await eventually(linksOf).toEqual([]);
  });

  it('that takes place somewhere else from now on gives its room up', async () => {
    const booking = await stage.book(START);
    await untilLinked(booking);
    const body = { location: { type: 'link', link: 'https://meet.example.com/ada' } };
    await stage.service.call(`PATCH /v2/bookings/${booking.uid}/location`, { key: stage.host.key, body });
    await eventually(linksOf).toEqual([]);
    expect((await stage.read(booking.uid)).location).toBe('https://meet.example.com/ada');
  });
});

it('a request that waits for the host has no room before the host says yes', { timeout: 60_000 }, async () => {
  const policy = await stage.service.call(`PATCH /v2/event-types/${stage.host.eventTypeId}`, {
    key: stage.host.key,
    body: { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } },
  });
  expect(policy.status).toBe(200);
  const request = {
    eventTypeId: stage.host.eventTypeId,
    start: START,
    attendee: { name: 'Bob', email: 'bob@example.com', timeZone: 'UTC' },
  };
  const { body } = await stage.service.call('POST /v2/bookings', { body: request });
  expect(body.data.status).toBe('pending');
  await eventually(async () => (await rowsOf('BOOKING_REQUESTED'))[0]?.dispatched_at != null).toBe(true);
  expect(await linksOf()).toEqual([]);
  await stage.service.call(`POST /v2/bookings/${body.data.uid}/confirm`, { key: stage.host.key });
  const link = await untilLinked(body.data);
  expect(await linksOf()).toEqual([link]);
});

describe('exactly one room per booking', { timeout: 90_000 }, () => {
  it('when rooms cannot be made for a while: the booking stands, and waits', async () => {
    let failures = 4;
    stage.fault = async (request, pass) =>
      request.method === 'POST' && failures-- > 0 ? Response.json({ error: 'not today' }, { status: 503 }) : pass();
    const booking = await stage.book(START);
    const link = await untilLinked(booking);
    expect(await linksOf()).toEqual([link]);
    expect((await stage.read(booking.uid)).status).toBe('accepted');
  });

  it('when the answer is lost after the room was made', async () => {
    let losses = 2;
    stage.fault = async (request, pass) => {
      const response = await pass();
      if (request.method === 'POST' && losses-- > 0) throw new TypeError('socket hang up');
      return response;
    };
    const link = await untilLinked(await stage.book(START));
    expect(await linksOf()).toEqual([link]);
  });

  it('when the process is gone between the room and the note about it', async () => {
    let isFirst = true;
    const { promise: made, resolve } = Promise.withResolvers<void>();
    stage.around = async (request, pass) => {
      const outcome = await pass();
      if (!request.tool.endsWith('create_room') || !isFirst) return outcome;
      isFirst = false;
      resolve();
      return await new Promise(() => {});
    };
    const booking = await stage.book(START);
    await made;
    expect(await linksOf()).toHaveLength(1);
    expect((await stage.read(booking.uid)).location).toBe('integrations:whereby-video');
    await stage.restart();
    const link = await untilLinked(booking);
    expect(await linksOf()).toEqual([link]);
  });

  it('when two at once make one each: the older stays', async () => {
    let isFirst = true;
    stage.around = async (request, pass) => {
      const outcome = await pass();
      // Another process has looked, too, and made its own.
      if (request.tool.endsWith('create_room') && isFirst) {
        isFirst = false;
        await pass();
      }
      return outcome;
    };
    const link = await untilLinked(await stage.book(START));
    await eventually(linksOf).toEqual([link]);
  });

  it('when a request that was thought lost arrives afterwards', async () => {
    let late: (() => Promise<Response>) | undefined;
    stage.fault = async (request, pass) => {
      if (request.method === 'POST' && late === undefined) {
        late = pass;
        throw new TypeError('socket hang up');
      }
      return pass();
    };
    const booking = await stage.book(START);
    const link = await untilLinked(booking);
    await late?.();
    expect(await linksOf()).toHaveLength(2);
    // Whatever happens to the booking next looks at its rooms again.
    await stage.service.call(`POST /v2/bookings/${booking.uid}/cancel`, { key: stage.host.key, body: { cancellationReason: 'Ill' } });
    await eventually(linksOf).toEqual([]);
    expect(link).not.toBe('');
  });
});

it('a policy that forbids rooms loses no booking, and nobody waits for the link', { timeout: 60_000 }, async () => {
  await stage.close();
  stage = await openBookingStage({ rules: [{ tool: 'whereby.create_room', verdict: 'deny' }] });
  const booking = await stage.book(START);
  await eventually(async () => (await mails()).length).toBe(2);
  expect((await mails())[0]?.text).toContain('Video room; its link follows');
  expect(await stage.read(booking.uid)).toMatchObject({ status: 'accepted', location: 'integrations:whereby-video' });
  expect(await linksOf()).toEqual([]);
});
