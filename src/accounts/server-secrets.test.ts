import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccountBook } from './book.ts';
import { createServerSecrets } from './server-secrets.ts';
import { openVault } from './vault.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kalends-secrets-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const versionOf = () => JSON.parse(readFileSync(join(home, 'vault.json'), 'utf8')).version;
const account = {
  provider: 'cal',
  name: 'work',
  apiKey: 'cal_live_0123456789',
  baseUrl: 'https://cal.example.com',
  expiresAt: null,
} as const;

describe('secrets of foreign servers', () => {
  it('are kept beside the accounts, encrypted, each for one server of one place', async () => {
    const vault = openVault(home);
    const secrets = createServerSecrets(vault);
    const accounts = createAccountBook({ environment: [], vault });
    await accounts.add(account);
    expect(versionOf()).toBe(1);
    await secrets.set({ server: 'notes', project: null }, 'TOKEN', 'hush-hush-hush');
    expect(versionOf()).toBe(2);
    expect(readFileSync(join(home, 'vault.json'), 'utf8')).not.toContain('hush');
    expect(secrets.get({ server: 'notes', project: null }, 'TOKEN')).toBe('hush-hush-hush');
    expect(secrets.get({ server: 'notes', project: '/a/project' }, 'TOKEN')).toBeUndefined();
    expect(secrets.get({ server: 'other', project: null }, 'TOKEN')).toBeUndefined();
    await accounts.rename('cal', 'work', 'office');
    await accounts.remove('cal', 'office');
    expect(createServerSecrets(openVault(home)).list()).toEqual([{ server: 'notes', project: null, key: 'TOKEN' }]);
    await secrets.unset({ server: 'notes', project: null }, 'TOKEN');
    expect([secrets.list(), versionOf()]).toEqual([[], 1]);
    await expect(secrets.unset({ server: 'notes', project: null }, 'TOKEN')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are refused when they could not be sent, without being repeated', async () => {
    const secrets = createServerSecrets(openVault(home));
    const place = { server: 'notes', project: null };
    await expect(secrets.set(place, 'TOKEN', 'one\r\nX-Other: two')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(secrets.set(place, 'sk-live-0123 456', 'x')).rejects.toMatchObject({ message: 'This is no name of a secret.' });
    expect(secrets.list()).toEqual([]);
  });
});
