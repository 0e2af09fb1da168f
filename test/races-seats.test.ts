import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, bookingBody, type TestService, toTestService } from '../src/server/service.fixture.ts';
import { setEventTypeHosts } from '../src/store/event-type-hosts.ts';
import { createEventType } from '../src/store/event-types.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { createTeam } from '../src/store/teams.ts';
import { startPostgres, type TestPostgres } from '../src/store/test-engines.ts';

/** Two processes' worth of connections: what holds them apart is the database alone. */
describe('many at once on PostgreSQL', () => {
  let server: TestPostgres;
  let stores: readonly Store[];
  let services: readonly TestService[];
  beforeAll(async () => {
    server = await startPostgres();
    stores = [await openStore({ databaseUrl: server.url }), await openStore({ databaseUrl: server.url })];
    services = stores.map((store) => toTestService(store));
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await server.stop();
  });

  const some = (index: number): TestService => services[index % services.length] ?? expect.fail('no service');
  const as = (index: number) => ({ attendee: { name: `P${index}`, email: `p${index}@example.com`, timeZone: 'Europe/Rome' } });

  it('fill ten seats with ten of fifty', async () => {
    const seats = { seatsPerTimeSlot: 10, showAttendeeInfo: false, showAvailabilityCount: true };
    const host = await addHost(some(0), { options: { seats } });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        some(index).call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z', as(index)) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(40);
    const { body } = await some(0).call('GET /v2/bookings', { key: host.key });
    expect(body.data).toHaveLength(1);
    expect(body.data[0]?.attendees).toHaveLength(10);
  });

  it('share a round robin evenly and never meet', async () => {
    const { store, clock } = some(0);
    const members = await Promise.all(Array.from({ length: 4 }, () => addHost(some(0))));
    const { now } = clock;
    const [owner] = members;
    const id = await store.transaction(async (tx) => {
      const ownerId = owner?.user.id ?? 0;
      const team = await createTeam(tx, { name: 'Race', slug: 'race', ownerId, now });
      const type = await createEventType(tx, {
        userId: ownerId,
        slug: 'call',
        title: 'Call',
        lengthMinutes: 60,
        team: { teamId: team.id, schedulingType: 'roundRobin', assignAllMembers: false },
        now,
      });
      const hosts = members.map(({ user }) => ({ userId: user.id, mandatory: false, priority: 2 }));
      await setEventTypeHosts(tx, type.id, hosts);
      return type.id;
    });
    const wishes = Array.from({ length: 60 }, (_, index) => `2050-09-05T${String(7 + (index % 8)).padStart(2, '0')}:00:00Z`);
    const answers = await Promise.all(
      wishes.map((start, index) => some(index).call('POST /v2/bookings', { body: { eventTypeId: id, start, ...as(index) } })),
    );
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.data);
    // Eight hours, four hosts: all of it is booked, by nobody twice.
    expect(made).toHaveLength(32);
    expect(new Set(made.map(({ start, hosts }) => `${start} ${hosts[0]?.id}`)).size).toBe(32);
    expect(answers.filter(({ status }) => status !== 201 && status !== 400)).toEqual([]);
  });
});
