import type { Handle } from '../store/store.ts';
import { firstUser, getUser, type UserRecord } from '../store/users.ts';
import type { Caller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';
import { parseId } from './serve.ts';

/**
 * The one organization that every user of the installation belongs to, for clients that know some operations only under `/v2/organizations`. It has
 * neither a name nor teams, so `/v2/me` does not speak of it: a client that reads an organization there goes looking for all the rest.
 */
export const ORGANIZATION_ID = 1;

export function checkOrganization(orgId: string | undefined): void {
  const id = parseId(orgId);
  if (id === ORGANIZATION_ID) return;
  throw new HttpFailure(404, `Organization with id=${id} not found. Everybody here belongs to organization ${ORGANIZATION_ID}.`);
}

/** The member a path names: the caller, or anybody for the installation's owner. */
export async function readMember(handle: Handle, caller: Caller, userId: string | undefined): Promise<UserRecord> {
  const id = parseId(userId);
  if (id !== caller.id) await requireOwner(handle, caller);
  const user = await getUser(handle, id);
  if (user === undefined) throw new HttpFailure(404, `User with id=${id} is not part of organization with id=${ORGANIZATION_ID}.`);
  return user;
}

export async function requireOwner(handle: Handle, caller: Caller): Promise<void> {
  if ((await firstUser(handle))?.id === caller.id) return;
  throw new HttpFailure(
    403,
    `User with id=${caller.id} is not an owner of organization with id=${ORGANIZATION_ID}, who alone may do this for others.`,
  );
}
