import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_TOKEN_MS, createOauthGrant, findAccessToken, refreshTokens } from './oauth.ts';
import { openStore, type Store } from './store.ts';
import { testSeedArchive } from './test-engines.ts';
import { createUser, updateUser } from './users.ts';

const NOW = Date.parse('2050-09-05T00:00:00Z');

describe('tokens of OAuth clients', () => {
  let store: Store;
  let userId: number;
  beforeAll(async () => {
    store = await openStore({ memory: true, seedArchive: await testSeedArchive() });
    const person = { username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', now: NOW };
    userId = (await createUser(store.db, person)).id;
  });
  afterAll(() => store.close());

  const grant = () => store.transaction((tx) => createOauthGrant(tx, { userId, clientId: 'app', now: NOW }));
  const refresh = (refreshToken: string, now: number, clientId = 'app') =>
    store.transaction((tx) => refreshTokens(tx, { refreshToken, clientId, now }));

  it('name their user for an hour and are kept as hashes', async () => {
    const { accessToken, refreshToken } = await grant();
    expect(await findAccessToken(store.db, accessToken, NOW + 1)).toMatchObject({ userId });
    expect(await findAccessToken(store.db, accessToken, NOW + ACCESS_TOKEN_MS)).toBeUndefined();
    expect(await findAccessToken(store.db, refreshToken, NOW + 1)).toBeUndefined();
    const kept = JSON.stringify(await store.db.selectFrom('oauth_tokens').selectAll().execute());
    expect(kept).not.toContain(accessToken);
    expect(kept).not.toContain(refreshToken);
  });

  it('are exchanged for new ones by their own client only', async () => {
    const first = await grant();
    expect(await refresh(first.refreshToken, NOW + 1000, 'other')).toBeUndefined();
    expect(await refresh('krt_wrong', NOW + 1000)).toBeUndefined();
    expect(await refresh(first.accessToken, NOW + 1000)).toBeUndefined();
    const second = await refresh(first.refreshToken, NOW + 1000);
    expect(await findAccessToken(store.db, second?.accessToken ?? '', NOW + 2000)).toMatchObject({ userId });
    expect(second?.refreshToken).not.toBe(first.refreshToken);
  });

  it('survive an answer that was lost, but not a copied token', async () => {
    const first = await grant();
    const second = await refresh(first.refreshToken, NOW);
    const again = await refresh(first.refreshToken, NOW + 5000);
    expect(again).toBeDefined();
    expect(await refresh(first.refreshToken, NOW + 60_000)).toBeUndefined();
    for (const tokens of [second, again]) {
      expect(await findAccessToken(store.db, tokens?.accessToken ?? '', NOW + 61_000)).toBeUndefined();
      expect(await refresh(tokens?.refreshToken ?? '', NOW + 61_000)).toBeUndefined();
    }
  });

  it('end with their user', async () => {
    const { refreshToken } = await grant();
    await updateUser(store.db, userId, { disabledAt: NOW, now: NOW });
    expect(await refresh(refreshToken, NOW + 1000)).toBeUndefined();
    await updateUser(store.db, userId, { disabledAt: null, now: NOW });
    expect(await refresh(refreshToken, NOW + 1000)).toBeDefined();
  });
});
