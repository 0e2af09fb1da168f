import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { direction, parseInstant, rowId, wholeNumber } from './scalars.ts';

export const outOfOfficeReasons = ['unspecified', 'vacation', 'travel', 'sick', 'public_holiday'] as const;

export const outOfOffice = z.object({
  id: z.number(),
  uuid: z.string(),
  userId: z.number(),
  /** Who stands in. */
  toUserId: z.number().nullish(),
  /** UTC, the first moment of a day. */
  start: z.string(),
  /** UTC, the last moment of a day. */
  end: z.string(),
  notes: z.string().nullish(),
  reason: z.enum(outOfOfficeReasons).nullish(),
});

export type OutOfOffice = z.output<typeof outOfOffice>;

/** A moment in UTC, with its Z. */
const INVALID = 'Invalid Date. Give it in UTC such as "2030-01-11T00:00:00Z".';
const utcInstant = z.string({ error: INVALID }).refine((text) => /z$/i.test(text.trim()) && parseInstant(text) !== undefined, {
  error: INVALID,
});

/** Times are optional here because leaving one out has its own answer. */
export const outOfOfficeBody = z.object({
  start: utcInstant.optional(),
  end: utcInstant.optional(),
  notes: z.string().max(5000).optional(),
  toUserId: rowId('toUserId').optional(),
  reason: z.enum(outOfOfficeReasons, { error: `reason must be one of the following values: ${outOfOfficeReasons.join(', ')}` }).optional(),
});

export type OutOfOfficeInput = z.input<typeof outOfOfficeBody>;

const listQuery = z.object({
  take: wholeNumber('take', { minimum: 1, maximum: 250 }).optional(),
  skip: wholeNumber('skip').optional(),
  sortStart: direction.optional(),
  sortEnd: direction.optional(),
});

export type OutOfOfficeQuery = z.input<typeof listQuery>;

const list = { method: 'GET', query: listQuery.optional(), response: success(z.array(outOfOffice)) } as const;
const create = { method: 'POST', body: outOfOfficeBody, response: success(outOfOffice), status: 201 } as const;
const update = { method: 'PATCH', body: outOfOfficeBody, response: success(outOfOffice), isRepeatable: true } as const;
/** Answers with the entry that was removed. */
const remove = { method: 'DELETE', response: success(outOfOffice) } as const;

export const listOutOfOffice = endpoint({ ...list, path: '/v2/me/ooo' });
export const createOutOfOffice = endpoint({ ...create, path: '/v2/me/ooo' });
export const updateOutOfOffice = endpoint({ ...update, path: '/v2/me/ooo/:oooId' });
export const deleteOutOfOffice = endpoint({ ...remove, path: '/v2/me/ooo/:oooId' });

const OF_USER = '/v2/organizations/:orgId/users/:userId/ooo';

export const listUserOutOfOffice = endpoint({ ...list, path: OF_USER });
export const createUserOutOfOffice = endpoint({ ...create, path: OF_USER });
export const updateUserOutOfOffice = endpoint({ ...update, path: `${OF_USER}/:oooId` });
export const deleteUserOutOfOffice = endpoint({ ...remove, path: `${OF_USER}/:oooId` });

export const listOrganizationOutOfOffice = endpoint({
  ...list,
  path: '/v2/organizations/:orgId/ooo',
  query: listQuery.extend({ email: z.string().optional() }).optional(),
});
