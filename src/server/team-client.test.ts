import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCalcomClient } from '../wire/calcom/index.ts';
import { addHost, startTestService, type TestService } from './service.fixture.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

it('our client runs a team: makes it, offers a call in turns, reserves and books a series of seats', async () => {
  const { key, user } = await addHost(service);
  const fetch = (request: Request) => Promise.resolve(service.app.fetch(request));
  const client = createCalcomClient({ baseUrl: 'http://cal.test', apiKey: key, fetch, now: () => service.clock.now });

  const team = await client.createTeam({ name: 'Support' });
  expect((await client.listTeams()).map(({ id }) => id)).toEqual([team.id]);
  expect(await client.updateTeam(team.id, { weekStart: 'Monday' })).toMatchObject({
    ...(await client.getTeam(team.id)),
    weekStart: 'Monday',
  });
  // Who runs the installation adds members at once, others invite them.
  const member = await addHost(service);
  const add = (asKey: string, teamId: number, userId: number) =>
    service.call(`POST /v2/teams/${teamId}/memberships`, { key: asKey, body: { userId, role: 'OWNER', accepted: true } });
  expect((await add(key, team.id, member.user.id)).body.data).toMatchObject({ accepted: true, role: 'OWNER' });
  expect((await add(member.key, team.id, (await addHost(service)).user.id)).body.data).toMatchObject({ accepted: false });
  const call = await client.createTeamEventType(team.id, {
    title: 'Call',
    slug: 'call',
    lengthInMinutes: 60,
    schedulingType: 'roundRobin',
    hosts: [{ userId: user.id, priority: 'high' }],
    seats: { seatsPerTimeSlot: 2, showAttendeeInfo: true, showAvailabilityCount: true },
    recurrence: { interval: 1, occurrences: 2, frequency: 'weekly' },
  });
  expect(call.hosts).toMatchObject([{ userId: user.id, priority: 'high', mandatory: false }]);
  expect((await client.listTeamEventTypes(team.id)).map(({ id }) => id)).toEqual([call.id]);
  expect((await client.getTeamEventType(team.id, call.id)).team.slug).toBe('support');
  await client.updateTeamEventType(team.id, call.id, { minimumBookingNotice: 0 });

  const slot = { eventTypeId: call.id, slotStart: '2050-09-05T10:00:00Z' };
  const { reservationUid } = await client.reserveSlot(slot);
  expect(await client.updateSlotReservation(reservationUid, { ...slot, slotStart: '2050-09-05T11:00:00Z' })).toMatchObject({
    reservationUid,
  });
  expect(await client.getSlotReservation(reservationUid)).toMatchObject({ slotStart: '2050-09-05T11:00:00.000Z' });
  await client.deleteSlotReservation(reservationUid);
  expect(await client.getSlotReservation(reservationUid)).toBeNull();

  const attendee = { name: 'Bob', email: 'bob@example.com', timeZone: 'Europe/Rome' };
  const booking = await client.createBooking({ eventTypeSlug: 'call', teamSlug: 'support', start: '2050-09-05T10:00:00Z', attendee });
  const series = await client.getSeries(booking.recurringBookingUid ?? '');
  expect(series.map(({ start }) => start)).toEqual(['2050-09-05T10:00:00.000Z', '2050-09-12T10:00:00.000Z']);
  expect(await client.getBookingBySeat(booking.seatUid ?? '')).toMatchObject({ uid: booking.uid });
  expect((await client.listTeamBookings(team.id)).bookings).toHaveLength(2);
  await client.deleteTeamEventType(team.id, call.id);
  await client.deleteTeam(team.id);
  expect(await client.listTeams()).toEqual([]);
});
