import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutOfOffice } from '../store/out-of-office.ts';
import { addTeamMember, createTeam, type TeamRecord } from '../store/teams.ts';
import { addHost, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

interface TestTeam {
  readonly team: TeamRecord;
  readonly owner: TestHost;
  readonly members: readonly TestHost[];
}

let teams = 0;

async function addTeam(size: number): Promise<TestTeam> {
  teams += 1;
  const { now } = service.clock;
  const members = await Promise.all(Array.from({ length: size }, () => addHost(service)));
  const [owner, ...others] = members;
  if (owner === undefined) throw new Error('A team has members.');
  const team = await service.store.transaction(async (tx) => {
    const created = await createTeam(tx, { name: `Team ${teams}`, slug: `team-${teams}`, ownerId: owner.user.id, now });
    for (const { user } of others) await addTeamMember(tx, { teamId: created.id, userId: user.id, now });
    return created;
  });
  return { team, owner, members };
}

async function addType({ team, owner, members }: TestTeam, given: Readonly<Record<string, unknown>> = {}) {
  const hosts = members.map(({ user }) => ({ userId: user.id }));
  const body = { title: 'Call', slug: 'call', lengthInMinutes: 60, schedulingType: 'roundRobin', hosts, ...given };
  const answer = await service.call(`POST /v2/teams/${team.id}/event-types`, { key: owner.key, body });
  expect(answer).toMatchObject({ status: 201 });
  return { id: answer.body.data.id, data: answer.body.data as unknown as Record<string, unknown> };
}

let bookers = 0;

async function book(eventTypeId: number, start: string, given: Readonly<Record<string, unknown>> = {}) {
  bookers += 1;
  const attendee = { name: `Booker ${bookers}`, email: `booker${bookers}@example.org`, timeZone: 'Europe/Rome' };
  return await service.call('POST /v2/bookings', { body: { eventTypeId, start, attendee, ...given } });
}

async function starts(query: string, date = '2050-09-05') {
  const { body } = await service.call(`GET /v2/slots?${query}&start=${date}&end=${date}`);
  const byDate = body.data as unknown as Record<string, readonly { readonly start: string }[]>;
  return (byDate[date] ?? []).map(({ start }) => start.slice(11, 16));
}

async function bookOwn(host: TestHost, start: string) {
  expect((await book(host.eventTypeId, start)).status).toBe(201);
}

function day(date: string) {
  return { startAt: Date.parse(`${date}T00:00:00Z`), endAt: Date.parse(`${date}T23:59:59.999Z`) };
}

async function leave({ user }: TestHost, date: string) {
  const entry = { ...day(date), userId: user.id, notes: null, reason: 'vacation', toUserId: null, now: service.clock.now };
  await createOutOfOffice(service.store.db, entry);
}

describe('a collective event type', () => {
  it('needs all hosts and takes the time of all', async () => {
    const made = await addTeam(2);
    const [one, two] = made.members;
    if (one === undefined || two === undefined) return;
    const { id } = await addType(made, { schedulingType: 'collective' });
    await bookOwn(two, '2050-09-05T08:00:00Z');
    expect(await starts(`teamSlug=${made.team.slug}&eventTypeSlug=call`)).toEqual([
      '07:00',
      '09:00',
      '10:00',
      '11:00',
      '12:00',
      '13:00',
      '14:00',
    ]);
    expect(await book(id, '2050-09-05T08:00:00Z')).toMatchObject({ status: 400 });
    const { body } = await book(id, '2050-09-05T10:00:00Z');
    expect(body.data).toMatchObject({ title: expect.stringMatching(new RegExp(`^Call between ${made.team.name} and Booker`)) });
    expect(body.data.hosts.map((host) => host.id)).toEqual([one.user.id, two.user.id]);
    expect(await starts(`eventTypeId=${one.eventTypeId}`)).not.toContain('10:00');
    expect(await starts(`eventTypeId=${two.eventTypeId}`)).not.toContain('10:00');
  });

  it('has no slots on a day one host is away, and says so to the hosts', async () => {
    const made = await addTeam(2);
    const [, two] = made.members;
    if (two === undefined) return;
    const { id } = await addType(made, { schedulingType: 'collective' });
    await leave(two, '2050-09-06');
    expect(await starts(`eventTypeId=${id}`, '2050-09-06')).toEqual([]);
    expect(await starts(`eventTypeId=${id}`, '2050-09-07')).toHaveLength(8);
    const attendee = { name: 'B', email: 'b@example.org', timeZone: 'UTC' };
    const body = { eventTypeId: id, start: '2050-09-06T10:00:00Z', attendee };
    expect((await service.call('POST /v2/bookings', { body })).body.error.details).toMatchObject({ reason: 'not_available' });
    expect((await service.call('POST /v2/bookings', { body, key: two.key })).body.error.details).toMatchObject({
      reason: 'closed_date',
      explanation: 'The host is away on this date.',
    });
  });
});

describe('a round robin', () => {
  it('is free while any host is, and takes turns', async () => {
    const made = await addTeam(3);
    const { id } = await addType(made);
    const ids = made.members.map(({ user }) => user.id);
    const taken: number[] = [];
    for (const start of ['07:00', '08:00', '09:00', '10:00', '11:00', '12:00']) {
      const { body } = await book(id, `2050-09-05T${start}:00Z`);
      expect(body.data.hosts).toHaveLength(1);
      taken.push(body.data.hosts[0]?.id ?? 0);
    }
    expect(taken).toEqual([...ids, ...ids]);
    await book(id, '2050-09-05T07:00:00Z');
    expect(await starts(`eventTypeId=${id}`)).toContain('07:00');
    expect((await book(id, '2050-09-05T07:00:00Z')).status).toBe(201);
    expect(await starts(`eventTypeId=${id}`)).not.toContain('07:00');
    expect(await book(id, '2050-09-05T07:00:00Z')).toMatchObject({ status: 400 });
  });

  it('passes over who is not free, and gives the turn of a cancelled booking back', async () => {
    const made = await addTeam(2);
    const { id } = await addType(made);
    const [one, two] = made.members;
    if (one === undefined || two === undefined) return;
    await bookOwn(one, '2050-09-05T07:00:00Z');
    const first = await book(id, '2050-09-05T07:00:00Z');
    expect(first.body.data.hosts).toMatchObject([{ id: two.user.id }]);
    await service.call(`POST /v2/bookings/${first.body.data.uid}/cancel`, { body: {} });
    expect((await book(id, '2050-09-05T08:00:00Z')).body.data.hosts).toMatchObject([{ id: one.user.id }]);
    expect((await book(id, '2050-09-05T09:00:00Z')).body.data.hosts).toMatchObject([{ id: two.user.id }]);
  });

  it('prefers a higher priority, and has mandatory hosts in every booking', async () => {
    const made = await addTeam(3);
    const [one, two, three] = made.members.map(({ user }) => user.id);
    const hosts = [
      { userId: one, mandatory: true },
      { userId: two, priority: 'low' },
      { userId: three, priority: 'high' },
    ];
    const { id, data } = await addType(made, { hosts });
    expect(data.hosts).toMatchObject([{ userId: one, mandatory: true }, { priority: 'low' }, { priority: 'high' }]);
    const hostsOf = async (start: string) => (await book(id, start)).body.data.hosts.map((host) => host.id);
    expect(await hostsOf('2050-09-05T07:00:00Z')).toEqual([three, one]);
    expect(await hostsOf('2050-09-05T08:00:00Z')).toEqual([three, one]);
    // The mandatory host is taken, whoever else is free.
    expect((await book(id, '2050-09-05T08:00:00Z')).status).toBe(400);
  });

  it('keeps the host when a meeting is moved, if free', async () => {
    const made = await addTeam(2);
    const { id } = await addType(made);
    const [one, two] = made.members;
    if (one === undefined || two === undefined) return;
    const { uid } = (await book(id, '2050-09-05T07:00:00Z')).body.data;
    const move = (from: string, start: string) => service.call(`POST /v2/bookings/${from}/reschedule`, { body: { start } });
    const moved = (await move(uid, '2050-09-05T08:00:00Z')).body.data;
    expect(moved.hosts).toMatchObject([{ id: one.user.id }]);
    await bookOwn(one, '2050-09-05T09:00:00Z');
    const passed = (await move(moved.uid, '2050-09-05T09:00:00Z')).body.data;
    expect(passed.hosts).toMatchObject([{ id: two.user.id }]);
    // The turn went along.
    expect((await book(id, '2050-09-05T10:00:00Z')).body.data.hosts).toMatchObject([{ id: one.user.id }]);
  });

  it('chooses among the hosts a request or a routing form names, and refuses who is none', async () => {
    const made = await addTeam(3);
    const { id } = await addType(made);
    const [, second, third] = made.members.map(({ user }) => user.id);
    const stranger = await addHost(service);
    const subset = await book(id, '2050-09-05T08:00:00Z', { rrHostSubsetIds: [third] });
    expect(subset.body.data.hosts.map((host) => host.id)).toEqual([third]);
    const routed = await book(id, '2050-09-05T08:00:00Z', { routing: { responseId: 1, teamMemberIds: [second, third] } });
    expect(routed.body.data.hosts.map((host) => host.id)).toEqual([second]);
    for (const given of [{ rrHostSubsetIds: [stranger.user.id] }, { rrHostSubsetIds: [second], routing: { teamMemberIds: [third] } }]) {
      expect(await book(id, '2050-09-05T10:00:00Z', given)).toMatchObject({ status: 400 });
    }
    expect(await starts(`eventTypeId=${id}&rrHostSubsetIds=${third}`)).not.toContain('08:00');
    const asked = await service.call(`GET /v2/slots?eventTypeId=${id}&start=2050-09-05&end=2050-09-05&rrHostSubsetIds=${stranger.user.id}`);
    expect(asked).toMatchObject({ status: 400 });
    expect(asked.body.message).toContain(`User with id=${stranger.user.id} is not a host`);
  });

  it('holds one free host for a reservation', async () => {
    const made = await addTeam(2);
    const { id } = await addType(made);
    const reserve = () => service.call('POST /v2/slots/reservations', { body: { eventTypeId: id, slotStart: '2050-09-05T10:00:00Z' } });
    expect((await reserve()).status).toBe(201);
    expect(await starts(`eventTypeId=${id}`)).toContain('10:00');
    expect((await reserve()).status).toBe(201);
    expect(await starts(`eventTypeId=${id}`)).not.toContain('10:00');
    expect((await reserve()).status).toBe(422);
  });
});

describe('a dynamic group', () => {
  it('is free when all of its people are', async () => {
    const [one, two] = [await addHost(service), await addHost(service)];
    await bookOwn(one, '2050-09-05T07:00:00Z');
    await bookOwn(two, '2050-09-05T08:00:00Z');
    const names = `${one.user.username},${two.user.username}`;
    expect((await starts(`usernames=${names}&duration=60`))[0]).toBe('09:00');
    expect(await starts(`usernames=${names}`)).toHaveLength(12);
    const { body } = await service.call(`GET /v2/event-types?usernames=${names}`);
    expect(body.data).toMatchObject([{ slug: 'dynamic', lengthInMinutes: 30, users: [{ id: one.user.id }, { id: two.user.id }] }]);
    expect((await service.call(`GET /v2/event-types?usernames=${one.user.username},nobody`)).body.data).toEqual([]);
    const ask = async (usernames: string) => await service.call(`GET /v2/slots?usernames=${usernames}&start=2050-09-05&end=2050-09-05`);
    expect(await ask(one.user.username)).toMatchObject({ status: 400 });
    expect(await ask(`${names},nobody`)).toMatchObject({ status: 404, body: { message: 'User with username nobody not found' } });
  });
});

describe('teams', () => {
  it('are made, changed and deleted by their admins', async () => {
    const [ada, bob] = [await addHost(service), await addHost(service)];
    const body = { name: 'Crème Brûlée', bio: 'Sweet', timeZone: 'Europe/Rome' };
    const made = await service.call('POST /v2/teams', { key: ada.key, body });
    expect(made).toMatchObject({ status: 201, body: { data: { slug: 'creme-brulee', bio: 'Sweet', isOrganization: false } } });
    expect(await service.call('POST /v2/teams', { key: bob.key, body })).toMatchObject({ status: 409 });
    const named = await service.call('POST /v2/teams', { key: bob.key, body: { name: 'Creme Brulee' } });
    expect(named).toMatchObject({
      status: 409,
      body: { message: 'There is a team with this slug already. Give this one a "slug" of its own.' },
    });
    const { id } = made.body.data;
    expect((await service.call('GET /v2/teams', { key: ada.key })).body.data).toMatchObject([{ id }]);
    expect((await service.call('GET /v2/teams', { key: bob.key })).body.data).toEqual([]);
    expect((await service.call(`GET /v2/teams/${id}`, { key: bob.key })).status).toBe(403);
    // Bob is invited; what an invitation is worth he decides himself.
    const invite = { userId: bob.user.id, role: 'ADMIN', accepted: true };
    expect(await service.call(`POST /v2/teams/${id}/memberships`, { key: ada.key, body: invite })).toMatchObject({ status: 201 });
    expect((await service.call(`POST /v2/teams/${id}/memberships`, { key: ada.key, body: invite })).status).toBe(400);
    const renamed = await service.call(`PATCH /v2/teams/${id}`, { key: ada.key, body: { name: 'Dessert' } });
    expect(renamed.body.data).toMatchObject({ name: 'Dessert', slug: 'creme-brulee', bio: 'Sweet', timeZone: 'Europe/Rome' });
    expect((await service.call(`DELETE /v2/teams/${id}`, { key: ada.key })).status).toBe(200);
    expect(await service.call(`GET /v2/teams/${id}`, { key: ada.key })).toMatchObject({ status: 404 });
  });

  it('show their event types to everybody, and let only admins change them', async () => {
    const made = await addTeam(2);
    const [owner, member] = made.members;
    const stranger = await addHost(service);
    if (owner === undefined || member === undefined) return;
    const { id } = await addType(made, { hidden: true, slug: 'secret' });
    const { id: open } = await addType(made, { schedulingType: 'collective', assignAllTeamMembers: true, hosts: undefined });
    const path = `/v2/teams/${made.team.id}/event-types`;
    const ids = async (key?: string) => (await service.call(`GET ${path}`, { key })).body.data.map((type) => type.id);
    expect(await ids()).toEqual([open]);
    expect(await ids(member.key)).toEqual([id, open]);
    expect((await service.call(`GET ${path}/${id}`, { key: stranger.key })).status).toBe(403);
    expect((await service.call(`GET /v2/event-types/${id}`, { key: member.key })).body.data).toMatchObject({ id, teamId: made.team.id });
    expect((await service.call(`GET /v2/event-types/${id}`, { key: stranger.key })).status).toBe(403);
    expect((await service.call(`PATCH ${path}/${open}`, { key: member.key, body: { title: 'X' } })).status).toBe(403);
    const hosts = [{ userId: stranger.user.id }];
    expect(await service.call(`PATCH ${path}/${open}`, { key: owner.key, body: { hosts } })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('is not a member of team') },
    });
    const changed = await service.call(`PATCH ${path}/${open}`, {
      key: owner.key,
      body: { title: 'All hands', schedulingType: 'roundRobin' },
    });
    expect(changed.body.data).toMatchObject({ title: 'All hands', schedulingType: 'roundRobin', hosts: [{}, {}] });
    const twice = { title: 'Again', slug: 'call', lengthInMinutes: 60, schedulingType: 'collective' };
    expect(await service.call(`POST ${path}`, { key: owner.key, body: twice })).toMatchObject({
      status: 400,
      body: { message: 'Team already has an event type with this slug.' },
    });
    expect((await service.call('GET /v2/event-types', { key: owner.key })).body.data.map((type) => type.slug)).toEqual(['hour']);
    expect(await service.call(`DELETE ${path}/${open}`, { key: owner.key })).toMatchObject({ body: { data: { id: open } } });
  });

  it('have bookings that their admins see and settle', async () => {
    const made = await addTeam(3);
    const [owner, host, other] = made.members;
    if (owner === undefined || host === undefined || other === undefined) return;
    const policy = { type: 'always', blockUnconfirmedBookingsInBooker: true };
    const { id } = await addType(made, { hosts: [{ userId: host.user.id }], confirmationPolicy: policy });
    const { uid } = (await book(id, '2050-09-05T10:00:00Z')).body.data;
    const seen = async (path: string, key: string) => (await service.call(`GET ${path}`, { key })).body.data;
    expect(await seen(`/v2/teams/${made.team.id}/bookings`, owner.key)).toMatchObject([{ uid }]);
    expect(await seen(`/v2/bookings?teamId=${made.team.id}`, owner.key)).toMatchObject([{ uid }]);
    expect(await seen('/v2/bookings', other.key)).toEqual([]);
    expect((await service.call(`GET /v2/teams/${made.team.id}/bookings`, { key: other.key })).status).toBe(403);
    expect((await service.call(`POST /v2/bookings/${uid}/confirm`, { key: other.key })).status).toBe(401);
    expect(await service.call(`POST /v2/bookings/${uid}/confirm`, { key: owner.key })).toMatchObject({
      body: { data: { status: 'accepted' } },
    });
  });

  it('cannot be booked without hosts', async () => {
    const made = await addTeam(1);
    const { id } = await addType(made, { hosts: [] });
    expect(await starts(`eventTypeId=${id}`)).toEqual([]);
    expect(await book(id, '2050-09-05T10:00:00Z')).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining("Can't book this team event type because it has no hosts.") },
    });
    const named = await book(0, '2050-09-05T10:00:00Z', { eventTypeId: undefined, eventTypeSlug: 'none', teamSlug: made.team.slug });
    expect(named.body.message).toBe(`Event type with slug none belonging to team ${made.team.slug} not found.`);
  });
});
