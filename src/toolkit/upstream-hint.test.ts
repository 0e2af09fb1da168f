import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode, toErrorEnvelope } from '../errors.ts';
import { tellAccount } from './upstream-hint.ts';

const work = { kind: 'hosted', provider: 'cal', name: 'work' } as const;

function refusal(code: ErrorCode, upstreamStatus: number, retryAfterSeconds?: number): AppError {
  return new AppError(code, 'No.', { details: { upstreamStatus }, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) });
}

describe('a refusal of somebody else', () => {
  it.each([
    [
      'unauthenticated',
      401,
      'The key of the account "work" is not accepted. Give it a new one with `kalends accounts add cal work --replace`',
    ],
    ['forbidden', 403, 'The key of the account "work" may not do this'],
    ['rate_limited', 429, 'Wait 17 s, then try again'],
    ['upstream', 500, 'The server of the account "work" failed.'],
  ] as const)('names the account and what to do: %s', (code, status, hint) => {
    const error = tellAccount(refusal(code, status, status === 429 ? 17 : undefined), work);
    expect(toErrorEnvelope(error)).toMatchObject({
      code,
      message: 'No.',
      hint: expect.stringContaining(hint),
      details: { account: 'work' },
    });
  });

  it('tells programs how long to wait', () => {
    expect(toErrorEnvelope(tellAccount(refusal('rate_limited', 429, 17), work)).details).toMatchObject({ retryAfterSeconds: 17 });
  });

  it('keeps a hint of its own, and leaves alone what is no refusal or is ours', () => {
    const own = new AppError('forbidden', 'No.', { hint: 'Ask Ada.', details: { upstreamStatus: 403 } });
    expect(tellAccount(own, work)).toMatchObject({ hint: 'Ask Ada.' });
    const ours = new AppError('invalid_input', 'No.');
    expect(tellAccount(ours, work)).toBe(ours);
    const local = refusal('forbidden', 403);
    expect(tellAccount(local, { ...work, kind: 'local', name: 'local' })).toBe(local);
  });
});
