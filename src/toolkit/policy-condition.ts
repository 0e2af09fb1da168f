/**
 * What an argument must be: a value, a text with `*` for anything, `null` where nothing is given, one of a list, a range, or none of these.
 * `"*@example.com"`, `[30, 45]`, `{ atMost: 60 }`, `{ not: "*@example.com" }`.
 */
export type Condition = Scalar | readonly Condition[] | ConditionRange | { readonly not: Condition };

type Scalar = string | number | boolean | null;

export interface ConditionRange {
  /** A number, or an instant as text. */
  readonly atLeast?: number | string;
  readonly atMost?: number | string;
}

/**
 * Whether the argument at a path ("attendee.email") is what the condition says. Lists on the way are gone into. A rule that allows must hold for
 * `every` value, or one stranger among the guests would pass with the others; a rule that asks or denies holds for `some`.
 */
export function holds(
  condition: Condition,
  { input, path, of }: { readonly input: unknown; readonly path: string; readonly of: 'every' | 'some' },
): boolean {
  const values = valuesAt(input, path.split('.'));
  if (values.length === 0) return isMet(condition, null);
  return of === 'every' ? values.every((value) => isMet(condition, value)) : values.some((value) => isMet(condition, value));
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((part) => valuesAt(part, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined || value === null ? [] : [value];
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return [];
  return valuesAt(Reflect.get(value, name), rest);
}

function isMet(condition: Condition, value: unknown): boolean {
  if (isList(condition)) return condition.some((one) => isMet(one, value));
  if (condition === null) return value === null;
  if (typeof condition === 'string') return value !== null && toPattern(condition).test(String(value));
  if (typeof condition !== 'object') return condition === value;
  if ('not' in condition) return value !== null && !isMet(condition.not, value);
  const { atLeast, atMost } = condition;
  if (value === null) return false;
  return (atLeast === undefined || compare(value, atLeast) >= 0) && (atMost === undefined || compare(value, atMost) <= 0);
}

function isList(condition: Condition): condition is readonly Condition[] {
  return Array.isArray(condition);
}

/** What cannot be compared is neither more nor less: no range holds for it. */
function compare(value: unknown, bound: number | string): number {
  const [one, other] = typeof bound === 'number' ? [Number(value), bound] : [Date.parse(String(value)), Date.parse(bound)];
  return one - other;
}

function toPattern(text: string): RegExp {
  const parts = text.normalize('NFKC').split('*');
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 'isu');
}
