import type { z } from 'zod';
import { HttpFailure } from './http-failure.ts';

/** How an operation reports bad input: bookings and slots as one sentence, everything else as a tree of constraints (reference §5.3). */
export type ValidationStyle = 'sentence' | 'tree';

interface Complaint {
  readonly property: string;
  readonly value: unknown;
  readonly constraints: Readonly<Record<string, string>>;
  readonly children: readonly Complaint[];
}

/** The value as the schema reads it, or a 400 that names each property that is wrong. */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown, style: ValidationStyle): z.output<Schema> {
  const result = schema.safeParse(value, { error: describeIssue });
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => flatten(issue));
  const complaints = toComplaints(issues, value);
  const plainMessage = [...new Set(issues.map((issue) => toPlainText(issue, value)))].join('; ');
  const nested = style === 'sentence' && complaints.length > 0 ? complaints.map(toSentence).join(', ') : plainMessage;
  throw new HttpFailure(400, nested, {
    plainMessage,
    ...(style === 'tree' && complaints.length > 0 ? { details: { message: 'Bad Request Exception', errors: complaints } } : {}),
  });
}

function toSentence({ property, constraints, children }: Complaint): string {
  return `${property} property is wrong,${Object.values(constraints).join(', ')} ${children.map(toSentence).join(', ')}`;
}

interface FlatIssue {
  readonly path: readonly PropertyKey[];
  readonly kind: string;
  readonly message: string;
}

const SECRET = /secret|token|password|key/i;

/** Many of the API's own texts name neither the property nor what was given. */
function toPlainText({ path, kind, message }: FlatIssue, value: unknown): string {
  const given = path.reduce<unknown>((whole, key) => memberOf(whole, String(key)), value);
  const name = path.map(String).join('.');
  const isSimple = typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean';
  // An unknown property is named, and of what is too long the beginning says nothing.
  if (!isSimple || kind === 'whitelistValidation' || kind === 'too_big' || SECRET.test(name)) return message;
  const quoted = quote(given);
  return message.includes(quoted) ? message : `${message} (${name} is ${quoted})`;
}

/** One issue per property: unknown keys are told apart, and of a union's branches the one that came furthest speaks. */
function flatten(issue: z.core.$ZodIssue): FlatIssue[] {
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ code, message }) => ({ path: issue.path, kind: code, message }));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      kind: 'whitelistValidation',
      message: `property ${key} should not exist`,
    }));
  }
  if (issue.code === 'invalid_union' && issue.message === UNDESCRIBED_UNION) {
    const branches = issue.errors.filter((branch) => branch.length > 0);
    const best = branches.toSorted((one, other) => depth(other) - depth(one) || one.length - other.length)[0];
    if (best !== undefined) return best.flatMap((inner) => flatten(within(issue.path, inner)));
  }
  return [{ path: issue.path, kind: issue.code, message: issue.message }];
}

const UNDESCRIBED_UNION = 'has none of the possible forms';

/** A union's branches know their place in the union alone. */
function within(path: readonly PropertyKey[], inner: z.core.$ZodIssue): z.core.$ZodIssue {
  const whole = [...path, ...inner.path];
  const shortName = toName(inner.path);
  const message = inner.message.startsWith(`${shortName} `) ? toName(whole) + inner.message.slice(shortName.length) : inner.message;
  return { ...inner, path: whole, message };
}

function toName(path: readonly PropertyKey[] | undefined): string {
  return path === undefined || path.length === 0 ? 'Body' : path.map(String).join('.');
}

function depth(branch: readonly z.core.$ZodIssue[]): number {
  return Math.min(...branch.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)));
}

function toComplaints(issues: readonly FlatIssue[], value: unknown, level = 0): Complaint[] {
  const byProperty = Map.groupBy(
    issues.filter((issue) => issue.path.length > level),
    (issue) => String(issue.path[level]),
  );
  return [...byProperty].map(([property, group]) => {
    const member = memberOf(value, property);
    const own = group.filter((issue) => issue.path.length === level + 1);
    return {
      property,
      value: member,
      constraints: Object.fromEntries(own.map((issue, index) => [index === 0 ? issue.kind : `${issue.kind}${index + 1}`, issue.message])),
      children: toComplaints(group, member, level + 1),
    };
  });
}

function memberOf(value: unknown, property: string): unknown {
  // Whatever has members can be read by key; a missing one is undefined.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[property] : undefined;
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  tuple: 'a list',
};

/** What is wrong with which value, for issues whose schema has no words of its own. */
function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  const name = toName(issue.path);
  const given = SECRET.test(name) ? 'what was given' : quote(issue.input);
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `${name} is required`
        : `${name} must be ${ARTICLES[issue.expected] ?? issue.expected}, not ${given}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `${name} must not be shorter than ${issue.minimum}`
        : `${name} must not be less than ${issue.minimum}, but is ${given}`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `${name} must not be longer than ${issue.maximum}`
        : `${name} must not be greater than ${issue.maximum}, but is ${given}`;
    case 'not_multiple_of':
      return `${name} must be a multiple of ${issue.divisor}, but is ${given}`;
    case 'invalid_value':
      return `${name} must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(quote).join(', ')}, not ${given}`;
    case 'invalid_format':
      return `${name} must be a valid ${issue.format === 'regex' ? `value matching ${issue.pattern ?? 'its pattern'}` : issue.format}, not ${given}`;
    case 'invalid_union':
      return UNDESCRIBED_UNION;
    default:
      return undefined;
  }
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
