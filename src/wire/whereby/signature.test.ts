import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createReplayMemory, signMessage, verifyMessage } from './signature.ts';

const secret = 'whsec_of_a_test';
const now = Date.parse('2030-01-08T09:00:00.500Z');
const body = '{"id":"e1","type":"room.client.joined","data":{"displayName":"Zoë 🎈"}}';
const header = signMessage(body, { secret, now });

describe('a signed message', () => {
  it('carries the seconds and the HMAC of seconds, point and body', () => {
    const seconds = Math.floor(now / 1000);
    expect(header).toBe(`t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`);
  });

  it('is accepted as text and as bytes, also some minutes later or earlier', async () => {
    expect(await verifyMessage({ header, body }, { secret, now })).toEqual({ ok: true, timestamp: Math.floor(now / 1000) * 1000 });
    expect(await verifyMessage({ header, body: Buffer.from(body) }, { secret, now: now + 299_000 })).toMatchObject({ ok: true });
    expect(await verifyMessage({ header, body }, { secret, now: now - 299_000 })).toMatchObject({ ok: true });
  });

  it('is accepted when one of several signatures is right, as while secrets are changed', async () => {
    const other = signMessage(body, { secret: 'old', now }).replace(/^t=\d+,/, '');
    expect(await verifyMessage({ header: `${header},${other}`, body }, { secret, now })).toMatchObject({ ok: true });
    expect(await verifyMessage({ header: header.replace(',', `,${other},`), body }, { secret, now })).toMatchObject({ ok: true });
  });
});

describe('refused is', () => {
  it.each([
    ['an altered body', { header, body: body.replace('Zoë', 'Eve') }, 'wrong_signature'],
    ['the same JSON in other bytes', { header, body: JSON.stringify(JSON.parse(body), null, 1) }, 'wrong_signature'],
    ['the signature of another secret', { header: signMessage(body, { secret: 'other', now }), body }, 'wrong_signature'],
    ['an altered timestamp', { header: header.replace(/t=\d+/, `t=${Math.floor(now / 1000) + 1}`), body }, 'wrong_signature'],
    ['an old timestamp', { header: signMessage(body, { secret, now: now - 302_000 }), body }, 'too_old'],
    ['a future timestamp', { header: signMessage(body, { secret, now: now + 302_000 }), body }, 'in_future'],
    ['a message without a header', { header: null, body }, 'missing'],
    ['a header without a signature', { header: 't=1,v1=', body }, 'malformed'],
    ['a signature of another length', { header: header.slice(0, -2), body }, 'malformed'],
    ['two timestamps', { header: `t=1,${header}`, body }, 'malformed'],
    ['a header that is something else', { header: 'sha256=abc', body }, 'malformed'],
  ] as const)('%s', async (_what, message, reason) => {
    expect(await verifyMessage(message, { secret, now })).toEqual({ ok: false, reason });
  });

  it('a copy of a message that was accepted, until it is too old anyway', async () => {
    let clock = now;
    const replays = createReplayMemory(() => clock);
    const verify = () => verifyMessage({ header, body }, { secret, now: clock, replays });
    expect(await verify()).toMatchObject({ ok: true });
    expect(await verify()).toEqual({ ok: false, reason: 'replayed' });
    clock += 200_000;
    expect(await verify()).toEqual({ ok: false, reason: 'replayed' });
    clock += 200_000;
    expect(await verify()).toEqual({ ok: false, reason: 'too_old' });
  });

  it('nothing silently when the receiver has no secret', async () => {
    await expect(verifyMessage({ header, body }, { secret: '', now })).rejects.toThrow('secret');
  });
});
