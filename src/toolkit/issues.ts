import type { z } from 'zod';
import { elementsOf, propertiesOf } from './arguments.ts';
import { closest } from './closest.ts';

const LONGEST_VALUE = 60;

type Issue = z.core.$ZodIssue;

/** What was refused, and the schema that did. */
interface Refused {
  readonly input: unknown;
  readonly schema?: z.ZodType;
}

/**
 * What a schema refused, as clauses that name place and value: `"attendee.email" ("ada@") is not an e-mail address; "start" is missing`. With the
 * schema an unknown member is told with the ones that were probably meant.
 */
export function describeIssues({ issues }: z.ZodError, input: unknown, schema?: z.ZodType): string {
  const refused = { input, ...(schema === undefined ? {} : { schema }) };
  return issues.map((issue) => describe(issue, refused)).join('; ');
}

function describe(issue: Issue, refused: Refused): string {
  if (issue.code === 'invalid_union') {
    const branch = likeliest(issue);
    if (branch !== undefined) return branch.map((inner) => describe(inner, refused)).join('; ');
  }
  if (issue.code === 'unrecognized_keys') return describeUnknown(issue, refused);
  const { path, message } = issue;
  const value = valueAt(refused.input, path);
  if (path.length === 0 && !isOfLibrary(issue)) return message;
  const place = path.length === 0 ? 'it' : `"${toPlace(path, value)}"`;
  if (value === undefined && issue.code !== 'custom') return `${place} is missing`;
  const subject = typeof value === 'string' || typeof value === 'number' ? `${place} (${quote(value)})` : place;
  const clause = isOfLibrary(issue) ? explain(issue, value) : message;
  // Sentences of our own schemas go on from the place: "is not an e-mail address". Others stand alone.
  return /^[a-z]/.test(clause) ? `${subject} ${clause}` : `${subject}: ${clause}`;
}

/** The texts of the library begin with a capital, ours go on from the place or are sentences of a tool's own. */
function isOfLibrary({ message }: Issue): boolean {
  return /^(Invalid|Too (small|big)|Unrecognized)\b/.test(message);
}

function explain(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}${value === null || typeof value === 'object' ? `, not ${kindOf(value)}` : ''}`;
    case 'invalid_value':
      return describeChoice(issue.values.map(String), value);
    case 'too_small':
      return `must ${toBound(issue.origin, Number(issue.minimum), issue.inclusive === false ? 'more than' : 'at least')}`;
    case 'too_big':
      return `must ${toBound(issue.origin, Number(issue.maximum), issue.inclusive === false ? 'less than' : 'at most')}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'is not written as it must be';
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? describeChoice(issue.options.map(String), value)
        : 'is in none of its forms';
    default:
      return issue.message;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'is no moment such as "2030-01-08T09:00:00Z"',
  date: 'is no date such as "2030-01-08"',
  time: 'is no time such as "09:00"',
  url: 'is no web address',
  email: 'is not an e-mail address',
  uuid: 'is no UUID',
};

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
}

function toBound(origin: string, bound: number, how: string): string {
  if (origin === 'string') return `have ${how} ${bound} characters`;
  if (origin === 'array' || origin === 'set') return `have ${how} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  return `be ${how} ${bound}`;
}

function describeChoice(choices: readonly string[], value: unknown): string {
  if (choices.length === 1) return `must be "${choices[0]}"`;
  const [meant] = typeof value === 'string' ? closest(value, choices, 1) : [];
  return `is none of ${choices.join(', ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
}

function describeUnknown({ keys, path }: Issue & { readonly code: 'unrecognized_keys' }, { schema }: Refused): string {
  const known = schema === undefined ? [] : [...propertiesOf(schemasAt(schema, path)).keys()];
  return keys
    .map((key) => {
      const place = `"${toPlace([...path, key], undefined)}" is unknown`;
      const meant = closest(key, known, 3);
      if (meant.length > 0) return `${place} (did you mean ${meant.join(', ')}?)`;
      return known.length === 0 ? place : `${place} (there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')})`;
    })
    .join('; ');
}

/** Of several forms that a value may have, what keeps it from the one it comes nearest to: the one that was gone into deepest, else where the kind is right. */
function likeliest({ errors, path }: Issue & { readonly code: 'invalid_union' }): readonly Issue[] | undefined {
  const nearness = (issues: readonly Issue[]) =>
    Math.max(...issues.map((inner) => 2 * inner.path.length + (inner.code === 'invalid_type' ? 0 : 1))) - issues.length / 100;
  const [best] = errors.toSorted((one, other) => nearness(other) - nearness(one));
  return best?.map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
}

function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly z.ZodType[] {
  return path.reduce<readonly z.ZodType[]>(
    (schemas, key) => (typeof key === 'number' ? schemas.flatMap(elementsOf) : (propertiesOf(schemas).get(String(key)) ?? [])),
    [schema],
  );
}

/** `attendee.email`, `hosts[0].user_id`; a value that is quoted beside it is found in its list without a number. */
function toPlace(path: readonly PropertyKey[], value: unknown): string {
  const isQuoted = typeof value === 'string' || typeof value === 'number';
  const shown = isQuoted && typeof path.at(-1) === 'number' ? path.slice(0, -1) : path;
  return shown.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`)).join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined), input);
}

function quote(value: string | number): string {
  const text = String(value);
  return `"${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text}"`;
}
