import { describe, expect, it } from 'vitest';
import { createRedactor, maskSecret, redactText, withoutRoomKeys } from './redact.ts';

const KEY = 'cal_live_0a1b/2c3d+4e5f=6789"z';

describe('the redactor', () => {
  const redactor = createRedactor([KEY]);

  it('shows the last two characters of a secret at most, and none of a short one', () => {
    expect(maskSecret('cal_live_0123456789ab')).toBe('****ab');
    expect(maskSecret('short')).toBe('****');
  });

  it('finds a learnt secret in texts, lists, members and names of members', () => {
    const value = { text: `the key ${KEY} is wrong`, list: [KEY], [KEY]: true };
    expect(redactor.conceal(value)).toEqual({ text: 'the key ****"z is wrong', list: ['****"z'], '****"z': true });
    expect(redactor.holds(value)).toBe(true);
    expect(redactor.holds({ text: 'nothing' })).toBe(false);
  });

  it.each([
    ['URL', encodeURIComponent(KEY)],
    ['JSON', JSON.stringify({ key: KEY })],
    ['hexadecimal', Buffer.from(KEY).toString('hex')],
    ['base64', Buffer.from(KEY).toString('base64')],
    ['base64 behind one character', Buffer.from(`a${KEY}`).toString('base64')],
    ['base64 between others', Buffer.from(`user:${KEY}:more`).toString('base64')],
    ['base64url', Buffer.from(`xy${KEY}z`).toString('base64url')],
  ])('finds it as %s', (_form, text) => {
    const concealed = redactor.conceal(`before ${text} after`);
    expect(concealed).toContain('****');
    expect(concealed).not.toContain(text);
    const decoded = Buffer.from(concealed.replaceAll('*', ''), 'base64').toString();
    expect(decoded).not.toContain(KEY.slice(4, 20));
  });

  it('masks what is named like a secret, and what looks like one, although nobody told of it', () => {
    expect(
      redactor.redact({ headers: { Authorization: 'Token abcdefghijklmnop' }, api_key: 'qwertzuiopasdf', note: 'Bearer abcdefgh12345678' }),
    ).toEqual({ headers: { Authorization: '****op' }, api_key: '****df', note: 'Bearer ****78' });
    expect(redactText('postgres://kalends:hunter2@db/kalends')).toBe('postgres://kalends:****@db/kalends');
    expect(redactText('cal_0123456789abcdef0123 and eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl')).toBe('****23 and ****Jl');
  });

  it('masks the key in the link of a room, and leaves the link', () => {
    const room = { hostRoomUrl: 'https://ada.whereby.com/standup?metadata=x&roomKey=ey.J.x#a', roomUrl: 'https://ada.whereby.com/standup' };
    expect(withoutRoomKeys(room)).toEqual({ ...room, hostRoomUrl: 'https://ada.whereby.com/standup?metadata=x&roomKey=****#a' });
    expect(redactText('see http://x.test/rooms/a?roomKey=secret, please')).toBe('see http://x.test/rooms/a?roomKey=**** please');
  });

  it('leaves results alone that hold tokens of others, and every other value as it is', () => {
    const value = { secret: 'of a webhook', count: 3, none: null, uid: 'bkg_8x2m', at: '2030-01-07T08:00:00Z' };
    expect(redactor.conceal(value)).toEqual(value);
  });
});
