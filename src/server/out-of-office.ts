import type { z } from 'zod';
import { toIsoUtc } from '../scheduling/index.ts';
import * as rows from '../store/out-of-office.ts';
import { recordChange } from '../store/outbox.ts';
import type { Handle, Transaction } from '../store/store.ts';
import { findUserByEmail, getUser, type UserRecord } from '../store/users.ts';
import * as endpoints from '../wire/calcom/out-of-office.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import { HttpFailure } from './http-failure.ts';
import { checkOrganization, readMember, requireOwner } from './organization.ts';
import { type App, ok, parseId, type Service, serve } from './serve.ts';

const DAY_MS = 86_400_000;

/** `/v2/me/ooo`, and the same under the one organization. */
export function serveOutOfOffice(app: App, service: Service): void {
  const { store, now } = service;

  serve(app, service, endpoints.listOutOfOffice, {
    answer: async ({ caller, query }) => ok(await list(store.db, caller.id, query)),
  });
  serve(app, service, endpoints.createOutOfOffice, {
    answer: async ({ caller, body }) => ok(await store.transaction((tx) => create(tx, { user: caller, body, now: now() }))),
  });
  serve(app, service, endpoints.updateOutOfOffice, {
    answer: async ({ caller, params, body }) => ok(await store.transaction((tx) => update(tx, { user: caller, id: params.oooId, body }))),
  });
  serve(app, service, endpoints.deleteOutOfOffice, {
    answer: async ({ caller, params }) => ok(await store.transaction((tx) => remove(tx, caller, params.oooId))),
  });

  serve(app, service, endpoints.listUserOutOfOffice, {
    answer: async ({ caller, params, query }) => {
      checkOrganization(params.orgId);
      const member = await readMember(store.db, caller, params.userId);
      return ok(await list(store.db, member.id, query));
    },
  });
  serve(app, service, endpoints.createUserOutOfOffice, {
    answer: async ({ caller, params, body }) => {
      checkOrganization(params.orgId);
      const user = await readMember(store.db, caller, params.userId);
      return ok(await store.transaction((tx) => create(tx, { user, body, now: now() })));
    },
  });
  serve(app, service, endpoints.updateUserOutOfOffice, {
    answer: async ({ caller, params, body }) => {
      checkOrganization(params.orgId);
      const user = await readMember(store.db, caller, params.userId);
      return ok(await store.transaction((tx) => update(tx, { user, id: params.oooId, body })));
    },
  });
  serve(app, service, endpoints.deleteUserOutOfOffice, {
    answer: async ({ caller, params }) => {
      checkOrganization(params.orgId);
      const user = await readMember(store.db, caller, params.userId);
      return ok(await store.transaction((tx) => remove(tx, user, params.oooId)));
    },
  });
  serve(app, service, endpoints.listOrganizationOutOfOffice, {
    answer: async ({ caller, params, query = {} }) => {
      checkOrganization(params.orgId);
      await requireOwner(store.db, caller);
      if (query.email === undefined) return ok(await list(store.db, undefined, query));
      const user = await findUserByEmail(store.db, query.email.trim().replaceAll(' ', '+'));
      return ok(user === undefined ? [] : await list(store.db, user.id, query));
    },
  });
}

type ListQuery = z.output<typeof endpoints.listOutOfOffice.query>;

async function list(handle: Handle, userId: number | undefined, query: ListQuery): Promise<endpoints.OutOfOffice[]> {
  const { take = 250, skip = 0, sortStart, sortEnd } = query ?? {};
  const sort =
    sortStart === undefined ? sortEnd && ({ by: 'end', direction: sortEnd } as const) : ({ by: 'start', direction: sortStart } as const);
  const entries = await rows.listOutOfOffice(handle, {
    ...(userId === undefined ? {} : { userId }),
    ...(sort === undefined ? {} : { sort }),
    take,
    skip,
  });
  return entries.map(toOutOfOffice);
}

type Body = z.output<typeof endpoints.outOfOfficeBody>;

interface Creation {
  readonly user: UserRecord;
  readonly body: Body;
  readonly now: number;
}

async function create(tx: Transaction, { user, body, now }: Creation): Promise<endpoints.OutOfOffice> {
  const days = toDays(body);
  if (days === undefined) throw new HttpFailure(400, 'Please specify both ooo start and end time.');
  const entry = { userId: user.id, ...days, toUserId: body.toUserId ?? null };
  await check(tx, entry);
  const created = await rows.createOutOfOffice(tx, { ...entry, notes: body.notes || null, reason: body.reason ?? 'unspecified', now });
  const shown = toOutOfOffice(created);
  await recordChange(tx, {
    trigger: 'OOO_CREATED',
    userId: user.id,
    at: now,
    details: {
      oooEntry: {
        ...shown,
        user: { id: user.id, name: user.name, username: user.username, email: user.email, timeZone: user.timeZone },
        createdAt: toIsoUtc(created.createdAt),
      },
    },
  });
  return shown;
}

interface Change {
  readonly user: UserRecord;
  readonly id: string | undefined;
  readonly body: Body;
}

async function update(tx: Transaction, { user, id, body }: Change): Promise<endpoints.OutOfOffice> {
  const before = await readOwn(tx, user, id);
  const days = toDays(body) ?? { startAt: before.startAt, endAt: before.endAt };
  const toUserId = body.toUserId ?? before.toUserId;
  await check(tx, { userId: user.id, ...days, toUserId }, before.id);
  const { notes, reason } = body;
  const changed = await rows.updateOutOfOffice(tx, before.id, {
    ...days,
    toUserId,
    ...(notes === undefined ? {} : { notes: notes || null }),
    ...(reason === undefined ? {} : { reason }),
  });
  return toOutOfOffice(changed ?? before);
}

async function remove(tx: Transaction, user: UserRecord, id: string | undefined): Promise<endpoints.OutOfOffice> {
  const entry = await readOwn(tx, user, id);
  await rows.deleteOutOfOffice(tx, entry.id);
  return toOutOfOffice(entry);
}

/** Whose entry it is, is nobody else's business: one that is not there is answered in the same words. */
async function readOwn(tx: Transaction, user: UserRecord, oooId: string | undefined): Promise<rows.OutOfOfficeRecord> {
  const entry = await rows.getOutOfOffice(tx, parseId(oooId));
  if (entry?.userId !== user.id) throw new HttpFailure(403, 'This OOO entry does not belong to this user.');
  return entry;
}

/** Whole UTC days. */
function toDays({ start, end }: Body): { readonly startAt: number; readonly endAt: number } | undefined {
  if (start === undefined && end === undefined) return undefined;
  if (start === undefined || end === undefined) throw new HttpFailure(400, 'Please specify both ooo start and end time.');
  const [first, last] = [parseInstant(start) ?? Number.NaN, parseInstant(end) ?? Number.NaN];
  if (first > last) throw new HttpFailure(400, 'Start date must be before end date.');
  return { startAt: Math.floor(first / DAY_MS) * DAY_MS, endAt: (Math.floor(last / DAY_MS) + 1) * DAY_MS - 1 };
}

type Entry = Pick<rows.OutOfOfficeRecord, 'userId' | 'startAt' | 'endAt' | 'toUserId'>;

async function check(tx: Transaction, { userId, startAt, endAt, toUserId }: Entry, ownId?: number): Promise<void> {
  if (toUserId !== null) {
    if (toUserId === userId) throw new HttpFailure(400, 'Cannot redirect to self.');
    const standIn = await getUser(tx, toUserId);
    if (standIn === undefined || standIn.disabledAt !== null) throw new HttpFailure(400, 'Cannot redirect to this user.');
    const theirs = await rows.findOutOfOffice(tx, { userId: toUserId, startAt, endAt });
    if (theirs.some((entry) => entry.toUserId === userId)) throw new HttpFailure(400, 'Booking redirect infinite not allowed.');
  }
  const own = await rows.findOutOfOffice(tx, { userId, startAt, endAt });
  if (own.some((entry) => entry.id !== ownId && entry.startAt === startAt && entry.endAt === endAt)) {
    throw new HttpFailure(409, 'Ooo entry already exists.');
  }
}

function toOutOfOffice(entry: rows.OutOfOfficeRecord): endpoints.OutOfOffice {
  return {
    id: entry.id,
    uuid: entry.uuid,
    userId: entry.userId,
    ...(entry.toUserId === null ? {} : { toUserId: entry.toUserId }),
    start: toIsoUtc(entry.startAt),
    end: toIsoUtc(entry.endAt),
    ...(entry.notes === null ? {} : { notes: entry.notes }),
    // Written from this very list.
    reason: endpoints.outOfOfficeReasons.find((reason) => reason === entry.reason) ?? 'unspecified',
  };
}
