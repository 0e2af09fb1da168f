import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../store/store.ts';
import { testSeedArchive } from '../store/test-engines.ts';
import { ensureFirstUser } from './first-user.ts';
import { addPerson, createOauthKey, createPersonKey, grantPersonCredits, listPeople, readCreditAccount, setDisabled } from './people.ts';
import { type TestService, toTestService } from './service.fixture.ts';

describe('the people of an installation', () => {
  const now = Date.now();
  const ownerKey = `cal_${'0'.repeat(48)}`;
  let store: Store;
  let service: TestService;
  beforeAll(async () => {
    store = await openStore({ memory: true, seedArchive: await testSeedArchive() });
    service = toTestService(store);
    const owner = { username: 'owner', name: 'Owner', email: 'owner@example.com', timeZone: 'Europe/Rome' };
    await ensureFirstUser(store, { ...owner, apiKey: ownerKey, now });
  });
  afterAll(() => store.close());

  const status = async (key: string, path = '/v2/me') => (await service.call(`GET ${path}`, { key })).status;

  it('start with a key, hours and event types of their own', async () => {
    const { user, apiKey } = await addPerson(store, { username: 'ada', email: 'ada@example.com', name: 'Ada Lovelace', now });
    expect(user).toMatchObject({ username: 'ada', timeZone: 'Europe/Rome' });
    expect((await service.call('GET /v2/me', { key: apiKey })).body.data).toMatchObject({ username: 'ada', name: 'Ada Lovelace' });
    const schedule = (await service.call('GET /v2/schedules/default', { key: apiKey })).body.data;
    expect(schedule).toMatchObject({ ownerId: user.id, timeZone: 'Europe/Rome', isDefault: true });
    const types = (await service.call('GET /v2/event-types', { key: apiKey })).body.data;
    expect(types.map(({ slug, ownerId }) => [slug, ownerId])).toEqual([
      ['15min', user.id],
      ['30min', user.id],
      ['60min', user.id],
    ]);
    expect((await listPeople(store)).map(({ username }) => username)).toEqual(['owner', 'ada']);
  });

  it.each([
    [{ username: 'Ada B', email: 'x@example.com' }, '"Ada B" cannot be a user\'s name.'],
    [{ username: 'eve', email: 'nowhere' }, '"nowhere" is not an email address.'],
    [{ username: 'eve', email: 'eve@example.com', timeZone: 'Mars/Olympus' }, '"Mars/Olympus" is not a time zone such as "Europe/Rome".'],
    [{ username: 'owner', email: 'eve@example.com' }, 'There is a user with the name "owner" already.'],
    [{ username: 'eve', email: 'OWNER@example.com' }, 'There is a user with the address "OWNER@example.com" already.'],
  ])('are not made of %j', async (person, message) => {
    await expect(addPerson(store, { ...person, now })).rejects.toThrow(message);
  });

  it('are locked out by one word and let in by another, keys, tokens and event types alike', async () => {
    const { apiKey } = await addPerson(store, { username: 'bob', email: 'bob@example.com', now });
    const second = await createPersonKey(store, 'bob', { daysValid: 1, now });
    const { accessToken } = await createOauthKey(store, 'bob', now);
    const keys = [apiKey, second, accessToken];
    for (const key of keys) expect(await status(key)).toBe(200);
    await setDisabled(store, 'bob', { disabled: true, now });
    for (const key of keys) expect(await status(key)).toBe(401);
    expect((await service.call('GET /v2/event-types?username=bob')).body.data).toEqual([]);
    expect((await service.call('GET /v2/slots?username=bob&eventTypeSlug=30min&start=2050-09-05&end=2050-09-05')).status).toBe(404);
    await expect(createPersonKey(store, 'bob', { now })).rejects.toThrow('"bob" is disabled.');
    await setDisabled(store, 'bob', { disabled: false, now });
    for (const key of keys) expect(await status(key)).toBe(200);
  });

  it('always have their owner', async () => {
    await expect(setDisabled(store, 'owner', { disabled: true, now })).rejects.toThrow(
      '"owner" owns this installation and cannot be disabled.',
    );
    await expect(setDisabled(store, 'nobody', { disabled: true, now })).rejects.toThrow('There is no user "nobody".');
    expect(await status(ownerKey)).toBe(200);
  });

  it('have accounts of credits', async () => {
    expect(await readCreditAccount(store, undefined)).toMatchObject({ user: { username: 'owner' }, balance: 0, entries: [] });
    expect(await grantPersonCredits(store, 'owner', { credits: 40, note: 'to try', now })).toMatchObject({
      balance: 40,
      entries: [{ kind: 'opening', amount: 40, note: 'to try' }],
    });
    const charge = { credits: 41, creditFor: 'AI_AGENT' };
    expect((await service.call('POST /v2/credits/charge', { key: ownerKey, body: charge })).body.message).toContain(
      '`kalends credits grant owner 1`',
    );
    await expect(grantPersonCredits(store, 'owner', { credits: 0, now })).rejects.toThrow('"0" credits cannot be granted.');
  });
});
