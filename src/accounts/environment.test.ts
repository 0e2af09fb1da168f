import { describe, expect, it } from 'vitest';
import { readEnvironmentAccounts } from './environment.ts';

const KEY = 'cal_live_environment_1';

function token(exp: number): string {
  return ['{"alg":"HS256"}', JSON.stringify({ exp }), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

describe('accounts of the environment', () => {
  it('reads the plain variables as "default" and those with a suffix by their name, each with its own address', () => {
    const accounts = readEnvironmentAccounts({
      CALCOM_API_KEY: KEY,
      CALCOM_API_URL: 'https://cal.example.org/v2/',
      CALCOM_API_KEY__WORK_EU: `${KEY}2`,
      WHEREBY_API_KEY__WORK: `${KEY}3`,
      WHEREBY_API_URL__WORK: 'http://127.0.0.1:9/v1',
      CALCOM_API_KEY__EMPTY: '',
      OTHER: 'x',
    });
    expect(accounts.map(({ provider, name, baseUrl, source }) => ({ provider, name, baseUrl, source }))).toEqual([
      { provider: 'cal', name: 'default', baseUrl: 'https://cal.example.org', source: { kind: 'environment', variable: 'CALCOM_API_KEY' } },
      {
        provider: 'cal',
        name: 'work-eu',
        baseUrl: 'https://api.cal.com',
        source: { kind: 'environment', variable: 'CALCOM_API_KEY__WORK_EU' },
      },
      {
        provider: 'whereby',
        name: 'work',
        baseUrl: 'http://127.0.0.1:9/v1',
        source: { kind: 'environment', variable: 'WHEREBY_API_KEY__WORK' },
      },
    ]);
  });

  it('reads the expiry of a key that is a token, and takes the largest number for never', () => {
    const read = (key: string) => readEnvironmentAccounts({ WHEREBY_API_KEY: key })[0]?.expiresAt;
    expect(read(token(1_893_456_000))).toBe('2030-01-01T00:00:00.000Z');
    expect(read(token(Number.MAX_SAFE_INTEGER))).toBeNull();
    expect(read('not.a.token-at-all')).toBeNull();
  });

  it.each([
    [{ CALCOM_API_KEY__LOCAL: KEY }, 'CALCOM_API_KEY__LOCAL: "local" is the service of this installation'],
    [{ 'CALCOM_API_KEY__A.B': KEY }, 'CALCOM_API_KEY__A.B: "a.b" cannot be the name of an account.'],
    [{ CALCOM_API_KEY__: KEY }, 'CALCOM_API_KEY__: "" cannot be the name of an account.'],
    [
      { CALCOM_API_KEY: KEY, CALCOM_API_KEY__DEFAULT: KEY },
      'CALCOM_API_KEY__DEFAULT names the account "default", and so does another variable.',
    ],
    [{ CALCOM_API_KEY: 'two words are no key' }, 'CALCOM_API_KEY has a space'],
    [{ CALCOM_API_KEY: KEY, CALCOM_API_URL: `https://user:${KEY}@cal.example.org` }, 'CALCOM_API_URL has a user name'],
  ])('refuses %j without repeating the key', (environment, message) => {
    const read = () => readEnvironmentAccounts(environment as Record<string, string>); // a union of object shapes, each a record of strings
    expect(read).toThrow(message);
    expect(read).not.toThrow(KEY);
  });
});
