import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironmentAccounts } from './accounts/environment.ts';
import { createAccountBook, openVault } from './accounts/index.ts';
import { createOutgoing } from './outgoing/index.ts';
import type { AccountToAdd } from './owner/accounts.ts';
import { createAccountDesk } from './runtime-account-desk.ts';
import { describeEnvironment } from './runtime-account-environment.ts';
import { createAccounts } from './runtime-accounts.ts';
import { openStore, type Store } from './store/store.ts';
import { testSeedArchive } from './store/test-engines.ts';
import { createRedactor } from './toolkit/redact.ts';
import { startTalkativeApi, type TalkativeApi } from './wire/talkative-api.fixture.ts';

const KEY = 'cal_live_pl4nt3d+s3cr3t/XY';

let store: Store;
let home: string;
let api: TalkativeApi;

beforeAll(async () => {
  store = await openStore({ memory: true, seedArchive: await testSeedArchive() });
});

afterAll(() => store.close());

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'kalends-desk-'));
  api = await startTalkativeApi({ clockSkewMs: 90_000 });
  api.keys.add(KEY);
});

afterEach(async () => {
  await api.close();
  rmSync(home, { recursive: true, force: true });
});

function open({ environment = {}, allowPrivate = '127.0.0.1' } = {}) {
  const accountsOfEnvironment = readEnvironmentAccounts(environment);
  const book = createAccountBook({ environment: accountsOfEnvironment, vault: openVault(home) });
  const redactor = createRedactor(accountsOfEnvironment.map(({ apiKey }) => apiKey));
  const outgoing = createOutgoing({ allowPrivate, resolve: async () => ['93.184.215.14'] });
  const nothing = { fetch: () => Response.json({ status: 'success', data: [], results: [], cursor: null }) };
  const principal = async () => ({ userId: 1, username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' });
  const accounts = createAccounts({
    config: { frozenAt: undefined, mail: { smtpUrl: undefined, from: undefined } },
    ...{ book, redactor, outgoing, services: { cal: nothing, whereby: nothing }, now: Date.now, owner: principal },
  });
  return createAccountDesk({ book, accounts, environment: accountsOfEnvironment, redactor, outgoing, store, principal });
}

const work = (more: Partial<AccountToAdd> = {}): AccountToAdd => ({
  ...{ provider: 'cal', name: 'work', apiKey: KEY, url: api.url, replace: false, test: true },
  ...more,
});

const secretIn = (value: unknown) => /pl4nt3d/.test(JSON.stringify(value, Object.getOwnPropertyNames(Object(value))));

describe('the desk of accounts', () => {
  it('stores an account that works, and tells what the key can do', async () => {
    const desk = open();
    const { account, check } = await desk.add(work({ expires: '2035-06-30' }));
    expect(account).toEqual({
      ...{ provider: 'cal', name: 'work', kind: 'hosted', isDefault: true, source: 'vault', key: '****XY', baseUrl: api.url },
      ...{ expiresAt: '2035-06-30T23:59:59.000Z', isHidden: false },
    });
    expect(check).toMatchObject({ ok: true, person: 'ada <ada@example.com>', rateLimit: { limit: 120, remaining: 77 } });
    expect(check?.reads.map(({ name, version, state }) => [name, version, state])).toEqual([
      ['profile', null, 'ok'],
      ['event types', '2024-06-14', 'ok'],
      ['schedules', '2024-06-11', 'ok'],
      ['bookings', '2024-08-13', 'ok'],
      ['webhooks', null, 'ok'],
      ['calendars', null, 'forbidden'],
    ]);
    expect(Math.round((check?.clockSkewMs ?? 0) / 10_000)).toBe(9);
    expect(secretIn([account, check])).toBe(false);
  });

  it('stores none that does not work, unless told not to look', async () => {
    const desk = open();
    const wrong = `${KEY}wrong`;
    const error = await desk.add(work({ apiKey: wrong })).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'unauthenticated' });
    expect(secretIn(error)).toBe(false);
    expect((await desk.list({})).accounts.map(({ name }) => name)).toEqual(['local', 'local']);
    await desk.add(work({ apiKey: wrong, test: false }));
    const [check] = await desk.check({ provider: 'cal', name: 'work' });
    expect(check).toMatchObject({ ok: false, error: { code: 'unauthenticated' }, reads: [] });
    expect(secretIn(check)).toBe(false);
  });

  it('gives an account a new key and keeps its address', async () => {
    const desk = open();
    await desk.add(work());
    api.keys.add(`${KEY}Z9`);
    const { url: _url, ...same } = work({ apiKey: `${KEY}Z9`, replace: true });
    expect((await desk.add(same)).account).toMatchObject({ key: '****Z9', baseUrl: api.url });
  });

  it('stores no address that may not be called, and none that sends the key in clear', async () => {
    await expect(open({ allowPrivate: '' }).add(work())).rejects.toMatchObject({ code: 'forbidden' });
    await expect(open().add(work({ url: 'http://cal.example.com' }))).rejects.toThrow('would get the key in clear');
    await expect(open().add(work({ url: 'ftp://cal.example.com' }))).rejects.toThrow('is no web address');
    const withKey = await open()
      .add(work({ url: `https://ada:${KEY}@cal.example.com` }))
      .catch((failure: unknown) => failure);
    expect(withKey).toMatchObject({ code: 'invalid_input' });
    expect(secretIn(withKey)).toBe(false);
    expect(api.lines).toEqual([]);
  });

  it('calls the accounts of both providers', async () => {
    const desk = open({
      environment: {
        WHEREBY_API_KEY: KEY,
        WHEREBY_API_URL: `${api.url}/v1`,
        CALCOM_API_KEY__GONE: KEY,
        CALCOM_API_URL__GONE: 'http://127.0.0.1:1',
      },
    });
    const checks = await desk.check({});
    expect(checks.map(({ provider, name, ok }) => [provider, name, ok])).toEqual([
      ['cal', 'local', false],
      ['cal', 'gone', false],
      ['whereby', 'local', true],
      ['whereby', 'default', true],
    ]);
    expect(checks[1]?.error?.code).toBe('unavailable');
    expect(checks[3]?.reads.map(({ name }) => name)).toEqual(['rooms', 'recordings', 'transcriptions', 'summaries', 'insights']);
  });

  it('says when the environment of a command is another than its own, without comparing keys in clear', async () => {
    const desk = open({ environment: { CALCOM_API_KEY: KEY, CALCOM_API_KEY__OLD: KEY } });
    const same = describeEnvironment({ CALCOM_API_KEY: KEY, CALCOM_API_KEY__OLD: KEY });
    expect(secretIn(same)).toBe(false);
    expect((await desk.list(same)).notices).toEqual([]);
    const other = describeEnvironment({ CALCOM_API_KEY: `${KEY}2`, CALCOM_API_KEY__NEW: KEY });
    expect((await desk.list(other)).notices).toEqual([
      'Your environment has an account "new" for cal that the running Kalends does not know: it started without it.',
      'The account "old" for cal is from the environment that Kalends was started in, not from yours.',
      'The account "default" for cal has another key or address in your environment than in the one that Kalends was started in.',
      'Calls use the environment that Kalends was started in; `kalends stop` lets the next command start it anew.',
    ]);
  });

  it('says which keys end, and which accounts are hidden', async () => {
    await open().add(work({ expires: '2020-01-01', test: false }));
    expect((await open().list({})).notices).toEqual([
      'The key of "work" (Cal.com) expired on 2020-01-01. Give it a new key with `kalends accounts add cal work --replace`.',
    ]);
    expect((await open({ environment: { CALCOM_API_KEY__WORK: KEY } }).list({})).notices).toEqual([
      'The account "work" of the vault is not used: the environment has one of this name for Cal.com.',
    ]);
  });

  it('renames, chooses and removes', async () => {
    const desk = open();
    await desk.add(work());
    expect(await desk.rename({ provider: 'cal', name: 'work', to: 'office' })).toMatchObject({ name: 'office', isDefault: true });
    expect(await desk.choose({ provider: 'cal', name: 'local' })).toMatchObject({ name: 'local', isDefault: true });
    expect(await desk.remove({ provider: 'cal', name: 'office' })).toEqual({ defaultAccount: 'local' });
    await expect(desk.choose({ provider: 'whereby', name: 'office' })).rejects.toMatchObject({ code: 'not_configured' });
  });

  it('looks at the database', async () => {
    const { database, migrations } = await open().checkUp();
    expect(database).toContain('PostgreSQL');
    expect(migrations.done).toBe(migrations.known);
  });
});
