import { AppError } from '../../errors.ts';

/** What commander collected for one command. */
export type Values = Readonly<Record<string, unknown>>;

export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** An option that commander has already required. */
export function requiredText(values: Values, name: string): string {
  const value = textOf(values, name);
  if (value === undefined || value.trim() === '')
    throw new AppError('invalid_input', `"--${toFlag(name)}" is empty.`, { hint: 'Give it a value.' });
  return value;
}

export function positional(positionals: readonly string[], name: string): string {
  const [value = ''] = positionals;
  if (value.trim() === '') throw new AppError('invalid_input', `The ${name} is empty.`, { hint: 'Add --help to see an example.' });
  return value;
}

export function numberOf(values: Values, name: string): number | undefined {
  const value = values[name];
  return typeof value === 'number' ? value : undefined;
}

export function listOf(values: Values, name: string): readonly string[] | undefined {
  const value = values[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

/** The parts of every tool call that come from common options. */
export function callOptions(values: Values): {
  readonly timeZone?: string;
  readonly account?: string;
  readonly yes?: true;
  readonly dryRun?: true;
  readonly force?: true;
} {
  const timeZone = textOf(values, 'timeZone');
  const account = textOf(values, 'account');
  return {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(account === undefined ? {} : { account }),
    ...(values.force === true ? { force: true } : {}),
    ...(values.yes === true ? { yes: true } : {}),
    ...(values.dryRun === true ? { dryRun: true } : {}),
  };
}

/** An event type is named by its number or by its slug. */
export function eventTypeOf(text: string): { readonly eventTypeId: number } | { readonly eventTypeSlug: string } {
  return /^\d{1,9}$/.test(text) ? { eventTypeId: Number(text) } : { eventTypeSlug: text };
}

/** Leaves out what was not given. */
export function given(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
