import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVault, type VaultContent } from './vault.ts';

const SECRET = 'cal_live_planted_in_the_vault';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kalends-vault-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const adding = (name: string) => (content: VaultContent) => ({
  ...content,
  accounts: [
    ...content.accounts,
    {
      provider: 'cal' as const,
      name,
      apiKey: SECRET,
      baseUrl: 'https://api.cal.com',
      expiresAt: null,
      addedAt: '2030-01-07T08:00:00.000Z',
    },
  ],
});

const namesIn = (content: VaultContent) => content.accounts.map(({ name }) => name).sort();

describe('the vault', () => {
  it('makes no file before something is stored', () => {
    expect(openVault(home).read()).toEqual({ accounts: [], defaults: {}, serverSecrets: [], serverLogins: [] });
    expect(readdirSync(home)).toEqual([]);
  });

  it('keeps accounts in files that only their owner can read, and none of a secret in clear', async () => {
    await openVault(home).change(adding('work'));
    expect(namesIn(openVault(home).read())).toEqual(['work']);
    expect(readdirSync(home).sort()).toEqual(['vault.json', 'vault.key', 'vault.lock']);
    for (const file of readdirSync(home)) {
      const bytes = readFileSync(join(home, file));
      expect(statSync(join(home, file)).mode & 0o777).toBe(0o600);
      for (const form of [SECRET, Buffer.from(SECRET).toString('base64').slice(0, -4)]) expect(bytes.includes(form)).toBe(false);
    }
  });

  it('never uses a nonce twice', async () => {
    const nonces = new Set<string>();
    for (let turn = 0; turn < 20; turn += 1) {
      await openVault(home).change((content) => content);
      nonces.add(JSON.parse(readFileSync(join(home, 'vault.json'), 'utf8')).nonce);
    }
    expect(nonces.size).toBe(20);
  });

  it('loses nothing when many write at once, each with a vault of its own', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `account-${index}`);
    await Promise.all(names.map((name) => openVault(home).change(adding(name))));
    expect(namesIn(openVault(home).read())).toEqual(names.sort());
  });

  it('sees what another process wrote', async () => {
    const reader = openVault(home);
    expect(namesIn(reader.read())).toEqual([]);
    await openVault(home).change(adding('first'));
    expect(namesIn(reader.read())).toEqual(['first']);
    await openVault(home).change(adding('second'));
    expect(namesIn(reader.read())).toEqual(['first', 'second']);
  });

  it('refuses a key file that others can read, to read and to write', async () => {
    const vault = openVault(home);
    await vault.change(adding('work'));
    chmodSync(vault.keyPath, 0o640);
    expect(() => vault.read()).toThrow('can be read by others');
    await expect(vault.change(adding('more'))).rejects.toThrow('can be read by others');
    chmodSync(vault.keyPath, 0o600);
    expect(namesIn(vault.read())).toEqual(['work']);
  });

  it('refuses a key file that is a link, or holds something else', async () => {
    const vault = openVault(home);
    writeFileSync(join(home, 'elsewhere'), 'x', { mode: 0o600 });
    symlinkSync(join(home, 'elsewhere'), vault.keyPath);
    await expect(vault.change(adding('work'))).rejects.toThrow('is no plain file');
    rmSync(vault.keyPath);
    writeFileSync(vault.keyPath, 'not a key', { mode: 0o600 });
    await expect(vault.change(adding('work'))).rejects.toThrow('holds no key');
  });

  it('never makes a new key over accounts that the lost one hides', async () => {
    const vault = openVault(home);
    await vault.change(adding('work'));
    rmSync(vault.keyPath);
    expect(() => vault.read()).toThrow('is gone');
    await expect(vault.change(adding('more'))).rejects.toMatchObject({ code: 'not_configured' });
    expect(readdirSync(home)).not.toContain('vault.key');
  });

  it('notices every changed character of its file, and a newer format', async () => {
    const vault = openVault(home);
    await vault.change(adding('work'));
    const good = JSON.parse(readFileSync(vault.path, 'utf8'));
    for (const part of ['nonce', 'tag', 'data']) {
      const bytes = Buffer.from(good[part], 'base64');
      bytes[3] = (bytes[3] ?? 0) ^ 1;
      writeFileSync(vault.path, JSON.stringify({ ...good, [part]: bytes.toString('base64') }));
      expect(() => openVault(home).read()).toThrow('cannot be read with its key');
    }
    writeFileSync(vault.path, JSON.stringify({ ...good, tag: good.tag.slice(0, 8) }));
    expect(() => openVault(home).read()).toThrow('cannot be read with its key');
    writeFileSync(vault.path, JSON.stringify({ ...good, version: 4 }));
    expect(() => openVault(home).read()).toThrow('has format 4');
    writeFileSync(vault.path, 'not JSON');
    expect(() => openVault(home).read()).toThrow('cannot be read');
  });

  it('keeps the old content when a change throws', async () => {
    const vault = openVault(home);
    await vault.change(adding('work'));
    await expect(
      vault.change(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(namesIn(vault.read())).toEqual(['work']);
    await vault.change(adding('more'));
    expect(namesIn(vault.read())).toEqual(['more', 'work']);
  });
});
