import { z } from 'zod';
import { AppError } from '../errors.ts';
import { isLuaTool } from '../surfaces/lua-tools.ts';
import { normalizeArguments } from '../toolkit/arguments.ts';
import { isForeignName } from '../toolkit/foreign.ts';
import { describeIssues } from '../toolkit/issues.ts';

/** What stands behind `?` of a call. */
export interface CallQuery {
  readonly account?: string | undefined;
  readonly dry_run: boolean;
}

const WORDS: Readonly<Record<string, boolean>> = { true: true, '1': true, '': true, false: false, '0': false };

const flag = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => Object.hasOwn(WORDS, text), 'is neither "true" nor "false"')
  .transform((text) => WORDS[text] === true)
  .default(false);
const scripted = z.strictObject({ dry_run: flag });
const called = z.strictObject({ account: z.string().min(1, 'is empty').optional(), dry_run: flag });
const listed = z.strictObject({ query: z.string().trim().default('') });
const nothing = z.strictObject({});

/** A call that is meant as a rehearsal is never taken for the real one: what is not understood is refused. */
export function readCallQuery(tool: string, given: URLSearchParams): CallQuery {
  return read(given, isLuaTool(tool) || isForeignName(tool) ? scripted : called);
}

/** The words to find tools by; empty for all of them. */
export function readListQuery(given: URLSearchParams): string {
  return read(given, listed).query;
}

export function checkNoQuery(given: URLSearchParams): void {
  read(given, nothing);
}

function read<Output>(given: URLSearchParams, schema: z.ZodType<Output>): Output {
  for (const name of new Set(given.keys())) {
    const values = given.getAll(name);
    if (values.length > 1) {
      const quoted = values.map((value) => `"${value}"`).join(' and ');
      throw new AppError('invalid_input', `"${name}" stands in the address ${values.length} times: ${quoted}.`, { hint: 'Give it once.' });
    }
  }
  const input = normalizeArguments(Object.fromEntries(given), schema);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `What stands behind "?" is not understood: ${describeIssues(parsed.error, input, schema)}.`, {
    hint: 'Correct it and try again; nothing was changed. Arguments of the tool go into the body.',
  });
}
