import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironmentAccounts } from './accounts/environment.ts';
import { type AccountBook, createAccountBook, openVault } from './accounts/index.ts';
import { createOutgoing } from './outgoing/index.ts';
import { createAccounts } from './runtime-accounts.ts';
import { createRedactor } from './toolkit/redact.ts';
import type { Principal } from './toolkit/tool.ts';
import type { Clients, WherebyClients } from './tools/clients.ts';
import { CapturedWrite } from './wire/capture.ts';
import { type FaultyApi, startFaultyApi } from './wire/faulty-api.fixture.ts';

const KEY = 'cal_live_0123456789abcdefXY';
const ADA: Principal = { userId: 1, username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'Europe/London' };
const GRACE: Principal = { ...ADA, userId: 2, username: 'grace', name: 'Grace', email: 'grace@example.com' };
const BOOKING = { start: '2030-01-08T14:00:00Z', eventTypeId: 7, attendee: { name: 'Bob', email: 'bob@example.com', timeZone: 'UTC' } };

let home: string;
let api: FaultyApi;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'kalends-accounts-'));
  api = await startFaultyApi();
});

afterEach(async () => {
  await api.close();
  rmSync(home, { recursive: true, force: true });
});

function open({ environment = {}, allowPrivate = '', frozenAt }: OpenOptions = {}) {
  const book: AccountBook = createAccountBook({ environment: readEnvironmentAccounts(environment), vault: openVault(home) });
  const asked: string[] = [];
  const echo = {
    fetch(request: Request, env: { readonly userId?: number }) {
      asked.push(`${env.userId} ${request.method} ${new URL(request.url).pathname}`);
      return Response.json({ status: 'success', data: [], results: [], cursor: null });
    },
  };
  const accounts = createAccounts({
    config: { frozenAt, mail: { smtpUrl: undefined, from: undefined } },
    book,
    redactor: createRedactor(),
    outgoing: createOutgoing({ allowPrivate }),
    services: { cal: echo, whereby: echo },
    now: Date.now,
    owner: async () => ADA,
  });
  const cal = async (name?: string) => (await accounts.resolve({ provider: 'cal', name }, ADA)).clients as Clients; // what the runtime makes for it
  return { book, accounts, asked, cal };
}

interface OpenOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly allowPrivate?: string;
  readonly frozenAt?: number;
}

const stored = (baseUrl: string, apiKey = KEY) => ({ provider: 'cal' as const, name: 'work', apiKey, baseUrl, expiresAt: null });

describe('the accounts of a call', () => {
  it('are the embedded services, as the calling user, where there is no other', async () => {
    const { accounts, asked } = open();
    const cal = await accounts.resolve({ provider: 'cal' }, ADA);
    const whereby = await accounts.resolve({ provider: 'whereby', name: 'default' }, { ...ADA, userId: 2 });
    expect([cal.name, cal.kind, whereby.name, whereby.provider]).toEqual(['local', 'local', 'local', 'whereby']);
    await (cal.clients as Clients).cal.listEventTypes();
    await (whereby.clients as WherebyClients).whereby.listMeetings();
    expect(asked).toEqual(['1 GET /v2/event-types', '2 GET /v1/meetings']);
  });

  it('send the key of the account and to its address, and a new key from the next call on', async () => {
    const { book, cal } = open({ allowPrivate: '127.0.0.1' });
    await book.add(stored(api.url));
    await (await cal('work')).cal.getMe();
    await book.add(stored(api.url, `${KEY}2`), { replace: true });
    await (await cal()).cal.getMe();
    expect(api.requests.map(({ authorization }) => authorization)).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}2`]);
  });

  it('reach no private address that the vault names, and the one that the environment names', async () => {
    const guarded = open();
    await guarded.book.add(stored(api.url));
    await expect((await guarded.cal('work')).cal.getMe()).rejects.toMatchObject({ code: 'forbidden', details: { rule: 'loopback' } });
    await expect((await guarded.cal('work')).cal.createBooking(BOOKING)).rejects.toMatchObject({ code: 'forbidden' });
    expect(api.requests).toEqual([]);
    const own = open({ environment: { CALCOM_API_KEY: KEY, CALCOM_API_URL: api.url } });
    await (await own.cal('hosted')).cal.getMe();
    expect(api.requests.length).toBe(1);
  });

  it('say nothing of the key when the other side echoes what it was sent', async () => {
    const { book, cal } = open({ allowPrivate: '127.0.0.1' });
    await book.add(stored(api.url));
    const echoed = `headers: {"authorization":"Bearer ${KEY}"} ${Buffer.from(`x:${KEY}`).toString('base64')} ${encodeURIComponent(`${KEY}`)}`;
    api.fail('GET /v2/me', { kind: 'answer', status: 400, body: { error: { message: echoed, details: { headers: [KEY] } } } });
    const error = await (await cal('work')).cal.getMe().catch((failure: unknown) => failure);
    const text = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(text).toContain('****XY');
    expect(text).not.toContain(KEY.slice(4, -2));
    expect(text).not.toContain(Buffer.from(KEY).toString('base64').slice(4, 20));
  });

  it('are not those of a hosted account while the clock stands still', async () => {
    const { book, cal } = open({ frozenAt: 1 });
    await book.add(stored(api.url));
    await expect(cal()).rejects.toMatchObject({ code: 'not_configured' });
    expect((await cal('local')).cal).toBeDefined();
  });

  it('find no other account for a recorded name', async () => {
    const { accounts, book } = open();
    await book.add(stored(api.url));
    const resolve = async () => accounts.resolve({ provider: 'cal', name: 'default', isRecorded: true }, ADA);
    await expect(resolve()).rejects.toMatchObject({ code: 'not_configured' });
  });

  it('are only the embedded services for whoever is not the owner, also where none is named', async () => {
    const environment = { CALCOM_API_KEY: KEY, CALCOM_API_URL: api.url, WHEREBY_API_KEY: KEY, WHEREBY_API_URL: api.url };
    const { accounts, asked, book } = open({ environment });
    await book.add(stored(api.url));
    for (const provider of ['cal', 'whereby'] as const) {
      for (const name of [undefined, 'default', 'Default', 'local', ' LOCAL ']) {
        expect(await accounts.resolve({ provider, name }, GRACE)).toMatchObject({ name: 'local', kind: 'local', provider });
      }
      for (const name of ['work', 'hosted', 'nobodys', '']) {
        const sentence = `The account "${name}" is not yours: only "local" is, the service of this installation.`;
        await expect(accounts.resolve({ provider, name }, GRACE)).rejects.toMatchObject({ code: 'forbidden', message: sentence });
      }
      await expect(accounts.resolve({ provider, name: 'default', isRecorded: true }, GRACE)).rejects.toMatchObject({ code: 'forbidden' });
      expect(await accounts.namesFor(provider, GRACE)).toEqual(['local']);
    }
    const { clients } = await accounts.resolve({ provider: 'cal' }, GRACE);
    await (clients as Clients).cal.getMe().catch(() => undefined); // what the runtime makes for it; the echo is no user
    expect(asked).toEqual(['2 GET /v2/me']);
    expect(api.requests).toEqual([]);
    expect(await accounts.namesFor('cal', ADA)).toEqual(['local', 'work']);
    expect(await accounts.resolve({ provider: 'cal' }, ADA)).toMatchObject({ name: 'default', kind: 'hosted' });
  });
});

describe('a rehearsal', () => {
  it('reads really, and keeps the first write with all but the key instead of sending it', async () => {
    const { book, accounts } = open({ allowPrivate: '127.0.0.1' });
    await book.add(stored(api.url));
    const { clients, requests } = (await accounts.resolve({ provider: 'cal', name: 'work' }, ADA)).rehearse();
    const { cal } = clients as Clients; // what the runtime makes for it
    await cal.getMe();
    await expect(cal.createBooking(BOOKING)).rejects.toThrow(CapturedWrite);
    expect(api.requests.map(({ line }) => line)).toEqual(['GET /v2/me']);
    expect(requests).toEqual([
      {
        method: 'POST',
        url: `${api.url}/v2/bookings`,
        headers: {
          accept: 'application/json',
          authorization: 'Bearer ****XY',
          'cal-api-version': '2024-08-13',
          'content-type': 'application/json',
        },
        body: { ...BOOKING, start: '2030-01-08T14:00:00.000Z' },
      },
    ]);
  });

  it('is as good for the embedded services', async () => {
    const { accounts, asked } = open();
    const cal = (await accounts.resolve({ provider: 'cal' }, ADA)).rehearse();
    await expect((cal.clients as Clients).cal.cancelBooking('abc', { cancellationReason: 'ill' })).rejects.toThrow(CapturedWrite);
    expect(cal.requests).toMatchObject([
      { method: 'POST', url: 'http://kalends.local/v2/bookings/abc/cancel', body: { cancellationReason: 'ill' } },
    ]);
    const whereby = (await accounts.resolve({ provider: 'whereby' }, ADA)).rehearse();
    const { whereby: client } = whereby.clients as WherebyClients;
    await client.listMeetings();
    await expect(client.deleteMeeting('7')).rejects.toThrow(CapturedWrite);
    await expect(client.setThemeLogo('/room', new Blob(['logo'], { type: 'image/png' }))).rejects.toThrow(CapturedWrite);
    expect(whereby.requests).toMatchObject([
      { method: 'DELETE', url: 'http://kalends.local/v1/meetings/7', body: null },
      { method: 'PUT', body: { image: { type: 'image/png', bytes: 4 } } },
    ]);
    expect(asked).toEqual(['1 GET /v1/meetings']);
  });
});
