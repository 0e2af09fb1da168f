import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccountBook } from './book.ts';
import { readEnvironmentAccounts } from './environment.ts';
import { openVault } from './vault.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kalends-book-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

function open(environment: Readonly<Record<string, string>> = {}) {
  return createAccountBook({
    environment: readEnvironmentAccounts(environment),
    vault: openVault(home),
    takenNames: new Set(['list_bookings', 'agenda']),
  });
}

const account = (name: string, provider: 'cal' | 'whereby' = 'cal') => ({
  provider,
  name,
  apiKey: `cal_live_key_of_${name}`,
  baseUrl: 'https://api.cal.com',
  expiresAt: null,
});

const ENVIRONMENT = { CALCOM_API_KEY: 'cal_live_of_the_environment' };

function nameOf(found: ReturnType<ReturnType<typeof open>['find']>): string {
  return found.kind === 'local' ? 'local' : found.account.name;
}

describe('the book of accounts', () => {
  it('means the embedded service where there is no account', () => {
    const book = open();
    for (const name of [undefined, 'default', 'local', 'Local']) expect(book.find('cal', name)).toEqual({ kind: 'local' });
    expect(book.defaultOf('whereby')).toBe('local');
    expect(() => book.find('cal', 'hosted')).toThrow('"hosted" is no account for Cal.com.');
  });

  it('takes the first account as the default, and keeps it when more come', async () => {
    const book = open();
    await book.add(account('work'));
    await book.add(account('alpha'));
    expect(book.defaultOf('cal')).toBe('work');
    expect(nameOf(book.find('cal', undefined))).toBe('work');
    expect(nameOf(book.find('cal', 'hosted'))).toBe('work');
    expect(book.defaultOf('whereby')).toBe('local');
    await book.choose('cal', 'alpha');
    expect(nameOf(book.find('cal', 'default'))).toBe('alpha');
    await book.choose('cal', 'local');
    expect(nameOf(book.find('cal', undefined))).toBe('local');
  });

  it('calls the account of the plain variable "default", and "hosted" as before', async () => {
    const book = open(ENVIRONMENT);
    for (const name of [undefined, 'default', 'hosted']) expect(nameOf(book.find('cal', name))).toBe('default');
    await book.add(account('work'));
    expect(nameOf(book.find('cal', undefined))).toBe('default');
    await book.choose('cal', 'work');
    expect(nameOf(book.find('cal', 'default'))).toBe('work');
    expect(nameOf(book.find('cal', 'hosted'))).toBe('default');
  });

  it('never takes a recorded name for another account', async () => {
    const book = open(ENVIRONMENT);
    await book.add(account('work'));
    await book.choose('cal', 'work');
    expect(nameOf(book.find('cal', 'default', { isRecorded: true }))).toBe('default');
    await book.remove('cal', 'work');
    expect(() => book.find('cal', 'work', { isRecorded: true })).toThrow('"work" is no account');
    expect(() => open().find('cal', 'default', { isRecorded: true })).toThrow('"default" is no account');
    expect(book.find('cal', 'local', { isRecorded: true })).toEqual({ kind: 'local' });
  });

  it('finds a name however its parts are joined', async () => {
    const book = open();
    await book.add(account('work-eu'));
    for (const name of ['work-eu', 'work_eu', 'WORK_EU']) expect(nameOf(book.find('cal', name))).toBe('work-eu');
  });

  it('lets the environment go before the vault, and touches nothing of it', async () => {
    await open().add(account('work'));
    const book = open({ CALCOM_API_KEY__WORK: 'cal_live_of_the_environment' });
    const found = book.find('cal', 'work');
    expect(found.kind === 'hosted' && found.account.source).toEqual({ kind: 'environment', variable: 'CALCOM_API_KEY__WORK' });
    expect(book.list('cal').map(({ name }) => name)).toEqual(['work']);
    expect(book.listHidden('cal').map(({ name }) => name)).toEqual(['work']);
    await expect(book.add(account('work'))).rejects.toThrow('The environment has an account "work"');
    const other = open({ CALCOM_API_KEY__SIDE: 'cal_live_of_the_environment' });
    await expect(other.remove('cal', 'side')).rejects.toThrow('comes from the variable CALCOM_API_KEY__SIDE');
    await expect(other.rename('cal', 'side', 'front')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('renames and removes, and the default goes along', async () => {
    const book = open();
    await book.add(account('work'));
    await book.add(account('side'));
    await book.rename('cal', 'work', 'office');
    expect(book.defaultOf('cal')).toBe('office');
    expect(() => book.find('cal', 'work')).toThrow('"work" is no account');
    await expect(book.rename('cal', 'office', 'side')).rejects.toThrow('There is an account "side"');
    const stays = '"local" is the service of this installation: it keeps its name and stays.';
    await expect(book.rename('cal', 'local', 'home')).rejects.toThrow(stays);
    await expect(book.remove('cal', 'local')).rejects.toThrow(stays);
    await expect(book.rename('cal', 'office', 'local')).rejects.toThrow('cannot be the name of another account');
    await expect(book.rename('cal', 'office', 'default')).rejects.toThrow('no name to give');
    await book.remove('cal', 'office');
    expect(book.defaultOf('cal')).toBe('side');
    await book.remove('cal', 'side');
    expect(book.defaultOf('cal')).toBe('local');
  });

  it('replaces a key only when told to, and that counts at once', async () => {
    const book = open();
    const other = open();
    await book.add(account('work'));
    await expect(book.add(account('work'))).rejects.toMatchObject({ code: 'conflict' });
    await book.add({ ...account('work'), apiKey: 'cal_live_the_new_one' }, { replace: true });
    const found = other.find('cal', 'work');
    expect(found.kind === 'hosted' && found.account.apiKey).toBe('cal_live_the_new_one');
  });

  it.each(['local', 'hosted', 'a.b', 'two words', 'Work', '-a', 'a--b', 'list-bookings', 'agenda', '', 'x'.repeat(33), 'ünï'])(
    'refuses the name "%s"',
    async (name) => {
      await expect(open().add(account(name))).rejects.toMatchObject({ code: 'invalid_input' });
    },
  );

  it('keeps one that is itself named "default" reachable', async () => {
    const book = open();
    await book.add(account('default'));
    await book.add(account('work'));
    await expect(book.choose('cal', 'work')).rejects.toThrow('itself named "default"');
    await book.rename('cal', 'default', 'first');
    await book.choose('cal', 'work');
    expect(nameOf(book.find('cal', 'default'))).toBe('work');
  });

  it('refuses to guess the default when the vault is damaged, and still knows who needs no vault', () => {
    writeFileSync(join(home, 'vault.json'), 'damaged');
    const book = open({ CALCOM_API_KEY__WORK: 'cal_live_of_the_environment' });
    expect(() => book.find('cal', undefined)).toThrow('vault');
    expect(nameOf(book.find('cal', 'work'))).toBe('work');
    expect(book.find('cal', 'local')).toEqual({ kind: 'local' });
  });
});
