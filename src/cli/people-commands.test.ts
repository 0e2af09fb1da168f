import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import { errorOf } from './fixtures/error-of.ts';

const program = join(import.meta.dirname, 'fixtures/kalends.ts');
const home = mkdtempSync(join(tmpdir(), 'kalends-people-'));
const environment = { ...process.env, KALENDS_HOME: home, PORT: '0', TZ: 'Europe/Amsterdam', CI: '1' };

async function kalends(...words: string[]) {
  const child = spawn(process.execPath, [program, ...words], { env: environment });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

const json = async (...words: string[]) => JSON.parse((await kalends(...words, '--json')).out);

afterAll(async () => {
  await kalends('stop');
  rmSync(home, { recursive: true, force: true });
}, 60_000);

it('adds, lists, keys, disables and enables users', async () => {
  const added = await json('users', 'add', 'ada', '--email', 'ada@example.com', '--name', 'Ada Lovelace', '--time-zone', 'Europe/London');
  expect(added).toEqual({
    person: {
      username: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      timeZone: 'Europe/London',
      isOwner: false,
      isDisabled: false,
    },
    apiKey: expect.stringMatching(/^cal_[0-9a-f]{48}$/),
  });
  expect((await json('users', 'list')).map((user: { username: string; isOwner: boolean }) => user.isOwner)).toEqual([true, false]);
  expect(await json('users', 'key', 'ada', '--days', '3')).toEqual({ apiKey: expect.stringMatching(/^cal_/) });
  expect(await json('users', 'key', 'ada', '--oauth')).toMatchObject({ clientId: 'kalends', expiresIn: 3600 });
  expect(await kalends('users', 'disable', 'ada', '--no-json')).toMatchObject({
    code: 0,
    out: 'ada is disabled: their keys stopped working.\n',
  });
  expect(await kalends('users', 'key', 'ada')).toMatchObject({ code: 1, err: expect.stringContaining('kalends users enable ada') });
  expect((await json('users', 'enable', 'ada')).isDisabled).toBe(false);
  const eve = await kalends('users', 'disable', 'eve');
  expect([eve.code, errorOf(eve.err).message]).toEqual([1, 'There is no user "eve".']);
  expect(await kalends('users', 'add', 'ada', '--email', 'other@example.com')).toMatchObject({ code: 1 });
}, 60_000);

it('makes teams and their members', async () => {
  const made = await json('teams', 'add', 'Customer Care');
  expect(made).toMatchObject({ name: 'Customer Care', slug: 'customer-care', members: [{ role: 'OWNER' }] });
  expect((await json('teams', 'member', 'customer-care', 'ada')).members[1]).toEqual({ username: 'ada', role: 'MEMBER' });
  expect((await json('teams', 'member', 'customer-care', 'ada', '--role', 'admin')).members[1]).toEqual({ username: 'ada', role: 'ADMIN' });
  expect((await json('teams', 'member', 'customer-care', 'ada')).members[1]).toEqual({ username: 'ada', role: 'ADMIN' });
  expect(await json('teams', 'members')).toHaveLength(1);
  expect(await kalends('teams', 'add', 'customer care')).toMatchObject({ code: 1, err: expect.stringContaining('--slug') });
  expect(await kalends('teams', 'member', 'sales', 'ada')).toMatchObject({
    code: 1,
    err: expect.stringContaining('There are: customer-care.'),
  });
  expect(await kalends('teams', 'member', 'customer-care', 'ada', '--role', 'boss')).toMatchObject({ code: 2 });
}, 60_000);

it('grants credits and shows the ledger', async () => {
  expect((await kalends('credits', 'grant', 'ada', '100', '--note', 'for may', '--no-json')).out).toBe('ada now has 100 credits.\n');
  expect(await json('credits', 'show', 'ada')).toMatchObject({
    username: 'ada',
    balance: 100,
    entries: [{ kind: 'opening', amount: 100, balance: 100, purpose: 'for may', externalRef: null }],
  });
  expect(await json('credits', 'show')).toMatchObject({ balance: 0, entries: [] });
  const lots = await kalends('credits', 'grant', 'ada', 'lots');
  expect([lots.code, errorOf(lots.err).message]).toEqual([2, '"lots" is not a whole number of credits.']);
}, 60_000);
