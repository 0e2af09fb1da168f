import { afterAll, beforeAll, expect, it } from 'vitest';
import { addHost, startTestService, type TestHost, type TestService } from './service.fixture.ts';
import { addMember, addTeam, listTeamAccounts } from './team-administration.ts';

let service: TestService;
let owner: TestHost;
let member: TestHost;
const now = Date.parse('2030-01-07T08:00:00Z');

beforeAll(async () => {
  service = await startTestService();
  owner = await addHost(service);
  member = await addHost(service);
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

it('makes teams, which the owner of the installation owns', async () => {
  const made = await addTeam(service.store, { name: 'Customer Care', now });
  expect(made).toMatchObject({
    team: { slug: 'customer-care', timeZone: 'Europe/Rome' },
    members: [{ username: owner.user.username, role: 'OWNER' }],
  });
  expect(await listTeamAccounts(service.store)).toHaveLength(1);
  await expect(addTeam(service.store, { name: 'customer care', now })).rejects.toMatchObject({ code: 'conflict' });
  await expect(addTeam(service.store, { name: '!!!', now })).rejects.toMatchObject({ code: 'invalid_input' });
});

it('makes members at once, also hosts of what assigns all, and keeps a role that nobody changes', async () => {
  const [team] = (await service.call('GET /v2/teams', { key: owner.key })).body.data;
  const type = { title: 'Call', slug: 'call', lengthInMinutes: 30, schedulingType: 'roundRobin', assignAllTeamMembers: true };
  const made = await service.call(`POST /v2/teams/${team?.id}/event-types`, { key: owner.key, body: type });
  const invited = await service.call(`POST /v2/teams/${team?.id}/memberships`, {
    key: owner.key,
    body: { userId: member.user.id, accepted: false },
  });
  expect(invited).toMatchObject({ status: 201, body: { data: { accepted: false } } });

  const wish = { slug: 'customer-care', username: member.user.username, now };
  const account = await addMember(service.store, wish);
  expect(account.members.map(({ username, role }) => [username, role])).toEqual([
    [owner.user.username, 'OWNER'],
    [member.user.username, 'MEMBER'],
  ]);
  const shown = await service.call(`GET /v2/teams/${team?.id}/event-types/${made.body.data.id}`, { key: member.key });
  expect(shown.body.data.hosts).toHaveLength(2);
  expect((await addMember(service.store, { ...wish, role: 'ADMIN' })).members[1]?.role).toBe('ADMIN');
  expect((await addMember(service.store, wish)).members[1]?.role).toBe('ADMIN');
  await expect(addMember(service.store, { ...wish, slug: 'sales' })).rejects.toMatchObject({ hint: 'There are: customer-care.' });
  await expect(addMember(service.store, { ...wish, username: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
});
