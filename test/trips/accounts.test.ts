import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { startTalkativeApi, type TalkativeApi } from '../../src/wire/talkative-api.fixture.ts';
import { type CommandResult, makeHome, removeHome } from '../support/running-kalends.ts';

/** Signs that URLs, base64 and JSON write in other ways. */
const SECRETS = {
  vault: 'cal_live_v4ult+pl4nt3d/s3cr3t=XY',
  environment: 'cal_live_3nv+pl4nt3d/s3cr3t=YZ',
  whereby: 'wh_3nv+pl4nt3d/s3cr3t=ZX',
};

const program = resolve(import.meta.dirname, '../../bin/kalends.mjs');

let home: string;
let api: TalkativeApi;
const said: string[] = [];

beforeAll(async () => {
  home = makeHome();
  api = await startTalkativeApi();
  for (const key of Object.values(SECRETS)) api.keys.add(key);
});

afterAll(async () => {
  await kalends(['stop']);
  await api.close();
  removeHome(home);
});

/** One command of the real program; all it says is kept. The server it talks to lives in this process, which must not wait for it. */
function kalends(args: readonly string[], input?: string): Promise<CommandResult> {
  const { OPENAI_API_KEY: _model, DATABASE_URL: _database, ...environment } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      ...environment,
      KALENDS_HOME: home,
      KALENDS_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1',
      CALCOM_API_KEY: SECRETS.environment,
      CALCOM_API_URL: api.url,
      WHEREBY_API_KEY__SIDE: SECRETS.whereby,
      WHEREBY_API_URL__SIDE: `${api.url}/v1`,
    },
  });
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((done) => {
    child.on('close', (code) => {
      said.push(`$ kalends ${args[0]}\n${stdout}${stderr}`);
      done({ code, stdout, stderr });
    });
  });
}

/** Every form of a secret that a text may hold, long enough to be nothing else. */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + secret)
      .toString('base64')
      .slice(8, -4),
  );
  return [secret.slice(3, -3), encodeURIComponent(secret).slice(3, -3), Buffer.from(secret).toString('hex'), ...base64];
}

function leaksIn(text: string | Buffer): readonly string[] {
  const content = Buffer.from(text);
  return Object.values(SECRETS).flatMap((secret) => formsOf(secret).filter((form) => content.includes(form)));
}

describe('accounts from the command line', () => {
  it('are stored, listed, called, renamed, chosen and removed', async () => {
    const added = await kalends(['accounts', 'add', 'cal', 'work', '--url', api.url, '--stdin', '--no-json'], `${SECRETS.vault}\n`);
    expect(added.stderr).toContain('Stored, encrypted. It works, as ada <ada@example.com>.');
    const { accounts } = JSON.parse((await kalends(['accounts', 'list', '--json'])).stdout);
    expect(
      accounts.map((account: { name: string; key: string | null; isDefault: boolean }) => [account.name, account.key, account.isDefault]),
    ).toEqual([
      ['local', null, false],
      ['default', '****YZ', true],
      ['work', '****XY', false],
      ['local', null, false],
      ['side', '****ZX', true],
    ]);
    expect((await kalends(['accounts', 'list', '--no-json'])).stdout).toContain('work     ');
    expect((await kalends(['accounts', 'test', 'cal', 'work'])).code).toBe(0);
    expect((await kalends(['accounts', 'default', 'cal', 'work'])).code).toBe(0);
    expect((await kalends(['accounts', 'rename', 'cal', 'work', 'office'])).code).toBe(0);
    const live = await kalends(['doctor', '--live', '--no-json']);
    expect(live.stdout).toContain('77 of 120 left');
    expect(live.stdout).toMatch(/calendars.*\(forbidden\)/);
    expect(live.code).toBe(0);
  });

  it('complain with their own exit codes', async () => {
    expect((await kalends(['accounts', 'add', 'cal', 'office', '--key', SECRETS.vault, '--url', api.url])).code).toBe(1);
    expect((await kalends(['accounts', 'add', 'cal', 'wrong', '--stdin', '--url', api.url], `${SECRETS.vault}wrong`)).code).toBe(4);
    expect((await kalends(['accounts', 'add', 'cal', SECRETS.vault, '--stdin'], SECRETS.vault)).code).toBe(2);
    expect((await kalends(['accounts', 'add', SECRETS.vault])).code).toBe(2);
    expect((await kalends(['accounts', 'add', 'cal', 'more', `--api-key=${SECRETS.environment}`])).code).toBe(2);
    expect((await kalends(['accounts', 'add', 'cal', 'list-bookings', '--stdin'], SECRETS.vault)).code).toBe(2);
    expect((await kalends(['accounts', 'test', 'cal', 'nobody'])).code).toBe(4);
    expect((await kalends(['accounts', 'add', 'cal', 'more'])).code).toBe(2);
  });

  it('never show a key in what calls answer, ask and leave behind', async () => {
    const call = (name: string, input: object, ...more: readonly string[]) =>
      kalends(['integrations:call', name, JSON.stringify(input), '--json', ...more]);
    await call('cal.get_current_user', {}, '--account', 'office');
    expect((await call('cal.get_booking', { booking_uid: 'abc' }, '--account', 'office')).stderr).toContain('****XY');
    await call('cal.get_booking', { booking_uid: 'abc' });
    await kalends(['bookings', 'get', 'abc', '--no-json']);
    await call('cal.create_event_type', { title: 'Call', slug: 'call', length_minutes: 30 }, '--account', 'office', '--dry-run');
    const pending = await call('cal.create_webhook', { url: 'https://example.com', triggers: ['BOOKING_CREATED'] }, '--account', 'office');
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(pending.stdout)?.[0] ?? '';
    expect(pending.code).toBe(3);
    expect((await kalends(['approvals', 'approve', id, '--json'])).code).not.toBe(0);
    expect(api.lines).toContain('POST /v2/webhooks');
    const carried = await call('cal.create_webhook', { url: `https://example.com/${SECRETS.vault}`, triggers: ['BOOKING_CREATED'] });
    expect(carried.stderr).toContain('holds the key of one of your accounts');
    await kalends(['chat', `my key is ${SECRETS.vault}`, '--json']);
    await call('whereby.list_meetings', {}, '--account', 'side');

    expect(said.filter((text) => leaksIn(text).length > 0)).toEqual([]);
  });

  it('leave no key in the files of the data directory or the rows of the database', async () => {
    await kalends(['stop']);
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['vault.json', 'vault.key', 'owner.log']));
    const leaking = files.filter((entry) => leaksIn(readFileSync(join(entry.parentPath, entry.name))).length > 0);
    expect(leaking.map(({ name }) => name)).toEqual([]);

    const store = await openStore({ home });
    const { rows: tables } = await sql<{ schema: string; name: string }>`
      select schemaname as schema, tablename as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')
    `.execute(store.db);
    const dumps: (readonly [name: string, text: string])[] = [];
    for (const { schema, name } of tables) {
      const { rows } = await sql<{ row: string }>`select row_to_json(t)::text as row from ${sql.id(schema, name)} t`.execute(store.db);
      dumps.push([name, rows.map(({ row }) => row).join('\n')]);
    }
    await store.close();
    expect(dumps.filter(([, text]) => leaksIn(text).length > 0).map(([name]) => name)).toEqual([]);
    expect(dumps.find(([name]) => name === 'approvals')?.[1]).toContain('create_webhook');
    expect(dumps.find(([name]) => name.startsWith('journal'))?.[1]).toContain('****XY');
  });
});
