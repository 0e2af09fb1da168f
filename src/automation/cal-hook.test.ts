import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCalHook } from './cal-hook.ts';

const NOW = Date.parse('2030-01-07T08:00:00.000Z');
const SECRET = 'a-secret-of-the-webhook';

function receiver() {
  const taken: { account: string; bookingUids: readonly string[] }[] = [];
  const known = new Set<string>();
  const hook = createCalHook({
    secretOf: (account) => ({ default: SECRET, work: 'another-secret' })[account],
    processNow: () => NOW,
    async take({ account, digest, bookingUids }) {
      if (known.has(digest)) return false;
      known.add(digest);
      taken.push({ account, bookingUids });
      return true;
    },
  });
  return { hook, taken };
}

const message = (createdAt = NOW - 2000) =>
  JSON.stringify({
    triggerEvent: 'BOOKING_RESCHEDULED',
    createdAt: new Date(createdAt).toISOString(),
    payload: { uid: 'new-one', rescheduleUid: 'old-one', title: 'Ünïcode “title”' },
  });
const sign = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');

describe('the webhook receiver for Cal.com', () => {
  it('takes what is signed right and now, and sees to every booking it names', async () => {
    const { hook, taken } = receiver();
    const body = message();
    expect(await hook.receive('default', { signature: sign(body), body })).toEqual({
      trigger: 'BOOKING_RESCHEDULED',
      bookingUids: ['new-one', 'old-one'],
    });
    expect(taken).toEqual([{ account: 'default', bookingUids: ['new-one', 'old-one'] }]);
  });

  it.each([
    ['an altered body', message().replace('new-one', 'new-two'), sign(message())],
    ['a wrong secret', message(), sign(message(), 'wrong')],
    ['the secret of another account', message(), sign(message(), 'another-secret')],
    ['no signature', message(), null],
    ['a signature of nothing', message(), 'no-secret-provided'],
    ['half a signature', message(), sign(message()).slice(0, 32)],
  ])('refuses %s', async (_what, body, signature) => {
    const { hook, taken } = receiver();
    await expect(hook.receive('default', { signature, body })).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(taken).toEqual([]);
  });

  it.each([
    ['is too old', NOW - 3_700_000, /too old/],
    ['is of the future', NOW + 400_000, /too far ahead/],
    ['has no time', Number.NaN, /./],
  ])('refuses what %s', async (_what, at, words) => {
    const { hook, taken } = receiver();
    const body = Number.isNaN(at) ? message().replace(/"createdAt":"[^"]*"/, '"createdAt":"yesterday"') : message(at);
    await expect(hook.receive('default', { signature: sign(body), body })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(words),
    });
    expect(taken).toEqual([]);
  });

  it('refuses a replay, and what nobody expects', async () => {
    const { hook, taken } = receiver();
    const body = message();
    await hook.receive('default', { signature: sign(body), body });
    await expect(hook.receive('default', { signature: sign(body), body })).rejects.toMatchObject({ code: 'conflict' });
    expect(taken).toHaveLength(1);
    await expect(hook.receive('other', { signature: sign(body), body })).rejects.toMatchObject({ code: 'not_configured' });
    await expect(hook.receive('default', { signature: sign('[]'), body: '[]' })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
