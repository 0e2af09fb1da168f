import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

export const linkActions = ['cancel', 'reschedule'] as const;
export type LinkAction = (typeof linkActions)[number];

/** What a link lets its holder do: one act on one booking as one of its attendees. */
export interface LinkGrant {
  readonly action: LinkAction;
  readonly bookingUid: string;
  readonly attendeeId: number;
  /** When it stops working, epoch milliseconds of the domain clock: the meeting's end. */
  readonly expiresAt: number;
}

/** Signs and reads the tokens of `/b/{token}`. */
export interface Links {
  sign(grant: LinkGrant): string;
  /** `undefined` for what was not signed here or was changed since; an expired grant is still a grant. */
  read(token: string): LinkGrant | undefined;
}

/** Of a key of the installation: `readSigningSecret`. */
export function createLinks(secret: Buffer): Links {
  // Bytes would be made a key of with every signature, which takes longer than the signature.
  const key = createSecretKey(createHmac('sha256', secret).update('kalends booking links').digest());
  const signatureOf = (payload: string) => createHmac('sha256', key).update(payload).digest();
  return {
    sign({ action, bookingUid, attendeeId, expiresAt }) {
      const payload = Buffer.from(JSON.stringify([action, bookingUid, attendeeId, expiresAt])).toString('base64url');
      return `${payload}.${signatureOf(payload).toString('base64url')}`;
    },
    read(token) {
      const [payload = '', signature = '', ...others] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const expected = signatureOf(payload);
      // A second spelling of the same bytes is no token of ours.
      const isOurs = others.length === 0 && given.toString('base64url') === signature && given.length === expected.length;
      return isOurs && timingSafeEqual(given, expected) ? parseGrant(payload) : undefined;
    },
  };
}

function parseGrant(payload: string): LinkGrant | undefined {
  // Signed by us, so it is what `sign` wrote.
  const [action, bookingUid, attendeeId, expiresAt] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as readonly [
    LinkAction,
    string,
    number,
    number,
  ];
  return { action, bookingUid, attendeeId, expiresAt };
}
