import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { errorOf } from './fixtures/error-of.ts';

const program = join(import.meta.dirname, 'fixtures/kalends.ts');
const home = mkdtempSync(join(tmpdir(), 'kalends-integrations-'));
const SECRET = 'cal_live_9d1f0c62aa31';

async function kalends(
  words: readonly string[],
  input?: string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { CALCOM_API_KEY: _cal, WHEREBY_API_KEY: _whereby, ...environment } = process.env;
  const child = spawn(process.execPath, [program, ...words], { env: { ...environment, KALENDS_HOME: home } });
  if (input !== undefined) child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

const json = async (...words: string[]) => JSON.parse((await kalends([...words, '--json'])).out);

afterAll(async () => {
  await kalends(['stop']);
  rmSync(home, { recursive: true, force: true });
}, 60_000);

describe('integrations', () => {
  it('tell what is set up before anything is', async () => {
    expect(await json('integrations:status')).toMatchObject({
      success: true,
      providers: {
        cal: { configured: false, accounts: ['local'], default_account: 'local', permissions: { read: 'allow', write: 'ask' } },
        whereby: {},
      },
    });
    expect(await json('integrations:fields', 'cal')).toMatchObject({
      provider: 'cal',
      fields: [
        { key: 'access_token', required: true, configured: false },
        { key: 'url', required: false, configured: false },
      ],
    });
    const listed = await kalends(['integrations:list', '--format', 'csv']);
    expect(listed.out).toMatch(/^name,access,title\r\ncal\.list_event_types,Read,/);
    expect(await json('integrations', 'doctor')).toMatchObject({ success: true, providers: { cal: { configured: false } } });
    const nobody = await kalends(['integrations:fields', 'nobody']);
    expect([nobody.code, errorOf(nobody.err).message]).toEqual([1, 'There is no provider "nobody".']);
  }, 60_000);

  it('take a key from standard input, and show it never', async () => {
    const payload = JSON.stringify({
      account: 'work',
      set: { access_token: SECRET, url: 'https://cal.example.org' },
      permissions: { write: 'deny' },
    });
    const configured = await kalends(['integrations:configure', 'cal', '--stdin-json', '--no-test', '--json'], payload);
    expect(configured).toMatchObject({ code: 0 });
    expect(JSON.parse(configured.out)).toMatchObject({
      account: 'work',
      credentials_set: ['access_token', 'url'],
      configured: true,
      permissions: { read: 'allow', write: 'deny' },
    });
    const shown = [
      configured,
      await kalends(['integrations:fields', 'cal', '--account', 'work', '--json']),
      await kalends(['integrations:status', '--json']),
    ];
    for (const { out, err } of shown) expect(out + err).not.toContain(SECRET);
    expect(JSON.parse(readFileSync(join(home, 'config.json'), 'utf8')).policy).toEqual([
      { tool: 'cal', account: 'work', effect: 'write', verdict: 'deny' },
      { tool: 'cal', account: 'work', effect: 'destroy', verdict: 'deny' },
    ]);
    expect(await json('integrations:configure', 'cal', '--account', 'work', '--unset', 'access_token')).toMatchObject({
      configured: false,
    });
  }, 90_000);

  it('keep the other settings, and refuse what is not understood', async () => {
    writeFileSync(join(home, 'config.json'), '{"allowYes":true,"policy":[{"tool":"cal.cancel_booking","verdict":"deny"}]}');
    const both = await json('integrations:configure', 'cal', '--permissions', 'read:allow,write:ask');
    expect(both).toMatchObject({ permissions: { read: 'allow', write: 'ask' }, permissions_account: null });
    expect((await kalends(['integrations:configure', 'cal', '--write', 'allow', '--no-json'])).out).toBe(
      'On every account of cal: reads allow, writes allow.\n',
    );
    expect(JSON.parse(readFileSync(join(home, 'config.json'), 'utf8'))).toEqual({
      allowYes: true,
      policy: [
        { tool: 'cal.cancel_booking', verdict: 'deny' },
        { tool: 'cal', effect: 'read', verdict: 'allow' },
        { tool: 'cal', effect: 'write', verdict: 'allow' },
        { tool: 'cal', effect: 'destroy', verdict: 'allow' },
      ],
    });
    const perhaps = await kalends(['integrations:configure', 'cal', '--write', 'perhaps']);
    expect([perhaps.code, errorOf(perhaps.err).message]).toEqual([2, expect.stringContaining('"perhaps"')]);
    const colour = await kalends(['integrations:configure', 'cal', '--set', 'colour=red']);
    expect([colour.code, errorOf(colour.err).message]).toEqual([2, '"colour" is no field of cal.']);
    expect(await kalends(['integrations:configure', 'cal', '--stdin-json'], 'no json')).toMatchObject({ code: 2 });
  }, 90_000);
});
