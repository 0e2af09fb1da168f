import { z } from 'zod';
import { wholeNumber } from '../calcom/scalars.ts';

/** The envelope of every list; a `cursor` of null says that nothing follows. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({
    results: z.array(item),
    cursor: z
      .string()
      .nullish()
      .transform((cursor) => cursor ?? null),
  });
}

export interface Page<Item> {
  readonly results: readonly Item[];
  readonly cursor: string | null;
}

/** Where a list goes on, and how much of it is wanted. */
export const pageQuery = {
  cursor: z.string().min(1, { error: 'cursor must not be empty' }).max(2000).optional(),
  limit: wholeNumber('limit', { minimum: 1, maximum: 100 }).optional(),
};

export interface Sorting<Field extends string = string> {
  readonly field: Field;
  readonly direction: 'asc' | 'desc';
}

/** "startDate:desc", of the fields a list can be sorted by. */
export function sortBy<Field extends string>(fields: readonly Field[]) {
  return z
    .string()
    .transform((text, context): Sorting<Field> => {
      const [name, direction, ...rest] = text.split(':');
      const field = fields.find((candidate) => candidate === name);
      if (field !== undefined && (direction === 'asc' || direction === 'desc') && rest.length === 0) return { field, direction };
      context.addIssue({
        code: 'custom',
        message: `sortBy must be one of ${fields.join(', ')}, followed by ":asc" or ":desc", not "${text}"`,
      });
      return z.NEVER;
    })
    .optional();
}

/** An answer without a body. Whatever stands in it says nothing. */
export const nothing = z.unknown().transform(() => undefined);

/** Opaque: numeric in some answers, a UUID in others. */
export const identifier = z.union([z.string(), z.number()]).transform(String);
