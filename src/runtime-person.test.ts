import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureOwner, keepRefreshedKey } from './runtime-person.ts';
import { createService } from './server/index.ts';
import { openStore, type Store } from './store/store.ts';
import { testSeedArchive } from './store/test-engines.ts';
import { createCalcomClient } from './wire/calcom/index.ts';

const home = mkdtempSync(join(tmpdir(), 'kalends-person-'));
const config = { home, firstApiKey: undefined };
let store: Store;
let service: ReturnType<typeof createService>;

beforeAll(async () => {
  store = await openStore({ memory: true, seedArchive: await testSeedArchive() });
  const publicUrl = 'http://kalends.test';
  service = createService({ store, now: Date.now, publicUrl, onApiKeyRefreshed: (refreshed) => keepRefreshedKey(home, refreshed) });
});

afterAll(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

const keptKey = () => readFileSync(join(home, 'api-key'), 'utf8').trim();
const clientOf = (apiKey: string) =>
  createCalcomClient({ baseUrl: 'http://kalends.test', apiKey, fetch: (request) => service.fetch(request) });

it('keeps a key that works in the data directory, for its owner alone', async () => {
  await ensureOwner(config, store);
  const first = keptKey();
  expect(await clientOf(first).getMe()).toMatchObject({ organizationId: null });
  expect(statSync(join(home, 'api-key')).mode & 0o777).toBe(0o600);
  await ensureOwner(config, store);
  expect(keptKey()).toBe(first);
});

it('follows a key that is refreshed, and no other', async () => {
  const first = keptKey();
  const second = await clientOf(first).refreshApiKey();
  expect(keptKey()).toBe(second);
  keepRefreshedKey(home, { oldKeyHash: 'of another key', newKey: 'cal_other' });
  expect(keptKey()).toBe(second);
});

it('makes a new key where the one there was withdrawn', async () => {
  const withdrawn = keptKey();
  await store.db.deleteFrom('api_keys').execute();
  await expect(clientOf(withdrawn).getMe()).rejects.toThrow('Your api key is not valid');
  await ensureOwner(config, store);
  expect(keptKey()).not.toBe(withdrawn);
  await clientOf(keptKey()).getMe();
});
