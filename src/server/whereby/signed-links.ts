import { createHmac, timingSafeEqual } from 'node:crypto';
import { readSigningSecret } from '../../store/signing-secret.ts';
import type { WherebyService } from './operation.ts';

export const roomKeyRoles = ['host', 'viewer'] as const;

/** What a `roomKey` makes of whoever brings it. */
export type RoomKeyRole = (typeof roomKeyRoles)[number];

const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url');

/** The `roomKey` of a room's link. It is the same every time and cannot be taken back, as with Whereby. */
export async function signRoomKey(service: WherebyService, meetingId: number, role: RoomKeyRole): Promise<string> {
  const payload = Buffer.from(JSON.stringify({ meetingId: String(meetingId), role })).toString('base64url');
  const signed = `${HEADER}.${payload}`;
  return `${signed}.${(await digest(service, 'room keys', signed)).toString('base64url')}`;
}

/** The role that a key gives in this room; `undefined` when it is no key of it. */
export async function readRoomKey(service: WherebyService, meetingId: number, key: string): Promise<RoomKeyRole | undefined> {
  for (const role of roomKeyRoles) if (isSame(await signRoomKey(service, meetingId, role), key)) return role;
  return undefined;
}

/** What the page of somebody in a room, or at its door, proves itself with. */
export async function signVisit(service: WherebyService, clientId: string): Promise<string> {
  return `${clientId}.${(await digest(service, 'visits', clientId)).toString('base64url')}`;
}

/** Whose visit it is; `undefined` when it was not signed here. */
export async function readVisit(service: WherebyService, visit: string): Promise<string | undefined> {
  const [clientId = ''] = visit.split('.');
  return isSame(await signVisit(service, clientId), visit) ? clientId : undefined;
}

const MAXIMUM_EXPIRY = 8.64e15;

/** A link that needs no key, until it expires by the process clock. */
export async function signFileLink(
  service: WherebyService,
  { fileId, filename, expiresAt }: { readonly fileId: string; readonly filename: string; readonly expiresAt: number },
): Promise<string> {
  const signature = (await digest(service, 'file links', `${fileId}.${expiresAt}`)).toString('base64url');
  return `${service.publicUrl}/v1-files/${fileId}/${encodeURIComponent(filename)}?expires=${expiresAt}&signature=${signature}`;
}

/** Whether the link of this file was signed here and still holds. */
export async function isFileLinkValid(
  service: WherebyService,
  { fileId, expires, signature }: { readonly fileId: string; readonly expires: string; readonly signature: string },
): Promise<boolean> {
  if (!/^\d{1,16}$/.test(expires) || Number(expires) > MAXIMUM_EXPIRY) return false;
  const expected = (await digest(service, 'file links', `${fileId}.${expires}`)).toString('base64url');
  return isSame(expected, signature) && service.processNow() < Number(expires);
}

async function digest({ store, processNow }: WherebyService, purpose: string, text: string): Promise<Buffer> {
  const secret = await readSigningSecret(store.db, processNow());
  const key = createHmac('sha256', secret).update(`kalends whereby ${purpose}`).digest();
  return createHmac('sha256', key).update(text).digest();
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
