import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServerLogins } from './server-logins.ts';
import { createServerSecrets } from './server-secrets.ts';
import { openVault } from './vault.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kalends-logins-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const login = {
  fingerprint: 'f1',
  url: 'https://notes.example.com/mcp',
  issuer: 'https://login.example.com',
  authorizationServer: 'https://login.example.com',
  resource: 'https://notes.example.com/mcp',
  clientId: 'client-1',
  clientSecret: null,
  accessToken: 'access-hush-hush',
  refreshToken: 'refresh-hush-hush',
  scope: null,
  expiresAt: 1_000,
  redirectUrl: null,
  loggedInAt: 0,
};
const place = { server: 'notes', project: null };
const versionOf = () => JSON.parse(readFileSync(join(home, 'vault.json'), 'utf8')).version;

describe('logins at foreign servers', () => {
  it('are kept encrypted, one for each server of one place, in a vault that older versions leave alone', async () => {
    const logins = createServerLogins(openVault(home));
    await logins.save(place, login);
    await logins.save(place, { ...login, accessToken: 'other-hush-hush' });
    expect(readFileSync(join(home, 'vault.json'), 'utf8')).not.toContain('hush');
    expect(versionOf()).toBe(3);
    const again = createServerLogins(openVault(home));
    expect(again.get(place)).toMatchObject({ accessToken: 'other-hush-hush' });
    expect(again.get({ server: 'notes', project: '/a/project' })).toBeUndefined();
    expect(again.values()).toEqual(['other-hush-hush', 'refresh-hush-hush']);
  });

  it('are replaced only while they are the ones that are kept', async () => {
    const logins = createServerLogins(openVault(home));
    const others = createServerLogins(openVault(home));
    await logins.save(place, login);
    const renewed = { ...login, accessToken: 'access-2', refreshToken: 'refresh-2' };
    expect(await logins.replace(place, login, renewed)).toBe(true);
    expect(await others.replace(place, login, { ...login, accessToken: 'access-3' })).toBe(false);
    expect(others.get(place)).toMatchObject(renewed);
    const withoutRefresh = { ...login, refreshToken: null };
    await others.save(place, withoutRefresh);
    expect(await logins.replace(place, { ...withoutRefresh, accessToken: 'access-2' }, login)).toBe(false);
    expect(await logins.replace(place, withoutRefresh, { ...withoutRefresh, accessToken: null })).toBe(true);
    await others.forget(place);
    expect(await logins.replace(place, renewed, login)).toBe(false);
    expect(logins.get(place)).toBeUndefined();
  });

  it('are forgotten alone, and the vault is again one that older versions read', async () => {
    const vault = openVault(home);
    const logins = createServerLogins(vault);
    await createServerSecrets(vault).set(place, 'TOKEN', 'hush-hush-hush');
    await logins.save(place, login);
    expect(await logins.forget({ ...place, project: '/a/project' })).toBe(false);
    expect(await logins.forget(place)).toBe(true);
    expect([logins.get(place), versionOf()]).toEqual([undefined, 2]);
    expect(createServerSecrets(vault).get(place, 'TOKEN')).toBe('hush-hush-hush');
  });
});
