import { AppError } from '../errors.ts';
import { propertiesOf, toSnakeCase } from './arguments.ts';
import { type Catalog, toolName } from './catalog.ts';
import { closest, didYouMean } from './closest.ts';
import { type Condition, holds } from './policy-condition.ts';
import type { Effect, Tool } from './tool.ts';

export type Verdict = 'allow' | 'ask' | 'deny';

/** One rule of a configuration; absent parts match everything. It has a verdict, a limit, or both: the verdict of what is beyond the limit. */
export interface PolicyRule {
  readonly account?: string;
  /** `cal.create_booking`, or a namespace: `cal`. Of other people's servers: `mcp`, `mcp.<server>`, `mcp.<server>.<tool>`. */
  readonly tool?: string;
  readonly effect?: Effect;
  /** Arguments by their path, each with what it must be. */
  readonly where?: Readonly<Record<string, Condition>>;
  readonly verdict?: Verdict;
  /** At most so many; beyond it the verdict counts, `deny` without one. */
  readonly limit?: PolicyLimit;
}

export interface PolicyLimit {
  readonly count: number;
  readonly per: 'turn' | 'hour' | 'day';
}

export type PolicyDefaults = Readonly<Partial<Record<Effect, Verdict>>>;

/** The rules of one file, with what counts where none of them matches. */
export interface PolicySet {
  readonly rules: readonly PolicyRule[];
  readonly defaults?: PolicyDefaults;
  /** The file, for messages: "config.json". */
  readonly source?: string;
  /** Root of the project that it belongs to. */
  readonly project?: string;
}

export interface PolicyQuestion {
  readonly account: string;
  /** `cal.create_booking` */
  readonly tool: string;
  readonly effect: Effect;
  /** What somebody else's server calls it where that is not believed: rules about that hold as well, where they are stricter. */
  readonly claimed?: Effect;
  readonly input?: unknown;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The file whose word it is; absent where nothing was said and the defaults of Kalends count. */
  readonly source?: string;
}

const STRICTNESS: Readonly<Record<Verdict, number>> = { allow: 0, ask: 1, deny: 2 };
const DEFAULTS: Readonly<Record<Effect, Verdict>> = { read: 'allow', write: 'ask', destroy: 'ask' };

/**
 * The most restrictive of all rules of the user that match; without one, the user's default, and without that reads are allowed and all else asks.
 * The files of a project are judged in the same way and can only make it stricter: where they say nothing, or allow, the user's word stays.
 */
export function judge(own: PolicySet, project: readonly PolicySet[], { claimed, ...question }: PolicyQuestion): Judgement {
  // Of others' tools nothing is allowed that no rule of the user allows, whatever they say of themselves.
  const base = judgeSet(own, question) ?? { verdict: isForeign(question.tool) ? 'ask' : DEFAULTS[question.effect] };
  const asClaimed = claimed === undefined ? [] : [own, ...project].map((set) => judgeSet(set, { ...question, effect: claimed }));
  return [...project.map((set) => judgeSet(set, question)), ...asClaimed].reduce<Judgement>(
    (strictest, judgement) => (judgement !== undefined && isStricter(judgement.verdict, strictest.verdict) ? judgement : strictest),
    base,
  );
}

function judgeSet(set: PolicySet, question: PolicyQuestion): Judgement | undefined {
  const verdicts = set.rules.flatMap((rule) => (rule.limit === undefined && rule.verdict && matches(rule, question) ? [rule.verdict] : []));
  const verdict = verdicts.length > 0 ? verdicts.reduce(stricter) : defaultOf(set, question);
  return verdict && { verdict, ...(set.source === undefined ? {} : { source: set.source }) };
}

/** What is allowed by default is what Kalends does, and never what the servers of others do. */
function defaultOf({ defaults }: PolicySet, { effect, tool }: PolicyQuestion): Verdict | undefined {
  const verdict = defaults?.[effect];
  return verdict === 'allow' && isForeign(tool) ? undefined : verdict;
}

export function isStricter(one: Verdict, other: Verdict): boolean {
  return STRICTNESS[one] > STRICTNESS[other];
}

function stricter(one: Verdict, other: Verdict): Verdict {
  return isStricter(one, other) ? one : other;
}

/** The rules with a limit that a call falls under. */
export function limitsOf(sets: readonly PolicySet[], question: PolicyQuestion): readonly (PolicyRule & { readonly limit: PolicyLimit })[] {
  return sets
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => (rule.limit !== undefined && matches(rule, question) ? [{ ...rule, limit: rule.limit }] : []));
}

/** Whether a rule is about this call. */
export function matches(rule: PolicyRule, question: PolicyQuestion): boolean {
  // Whoever allows something of others must name them.
  if (rule.verdict === 'allow' && rule.tool === undefined && isForeign(question.tool)) return false;
  const of = rule.verdict === 'allow' ? 'every' : 'some';
  return (
    (rule.account === undefined || rule.account === question.account) &&
    (rule.tool === undefined || isAbout(rule.tool, question.tool)) &&
    (rule.effect === undefined || rule.effect === question.effect) &&
    Object.entries(rule.where ?? {}).every(([path, condition]) => holds(condition, { input: question.input, path, of }))
  );
}

/** Whether a rule's tool is this one, or a namespace or a server that has it. */
function isAbout(named: string, tool: string): boolean {
  // Servers write their names as they like; a rule must not miss one for a hyphen.
  const [rule, asked] = isForeign(tool) ? [plainName(named), plainName(tool)] : [named, tool];
  return asked === rule || asked.startsWith(`${rule}.`);
}

function isForeign(tool: string): boolean {
  return plainName(tool).startsWith('mcp.');
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/**
 * The rules with the tools' and the arguments' own names. One about a tool or an argument that does not exist would never hold, and nobody would
 * notice: it throws.
 */
export function toKnownRules({ source = 'config.json', ...set }: PolicySet, catalog: Catalog): PolicySet {
  return { ...set, source, rules: set.rules.map((rule) => toKnownRule(rule, catalog, source)) };
}

function toKnownRule(rule: PolicyRule, catalog: Catalog, source: string): PolicyRule {
  // Servers come and go, and nobody starts one to see whether it has a tool.
  if (rule.tool !== undefined && /^mcp(\.|$)/i.test(rule.tool)) return rule;
  const namespaces = new Set(catalog.tools.map(({ namespace }) => namespace));
  const tool = rule.tool === undefined || namespaces.has(rule.tool) ? undefined : catalog.find(rule.tool);
  if (rule.tool !== undefined && tool === undefined && !namespaces.has(rule.tool)) {
    const suggestions = closest(rule.tool, [...namespaces, ...catalog.tools.map(toolName)]);
    throw new AppError('invalid_input', `The policy in your ${source} has a rule about "${rule.tool}", and there is no such tool.`, {
      hint: didYouMean(suggestions) ?? `Name a function such as cal.list_bookings, or all of ${[...namespaces].join(', ')}.`,
      details: { suggestions },
    });
  }
  const about = tool === undefined ? catalog.tools.filter(({ namespace }) => rule.tool === undefined || namespace === rule.tool) : [tool];
  const where = Object.entries(rule.where ?? {}).map(([path, condition]) => {
    const known = about.map((one) => toKnownPath(one, path)).find((name) => name !== undefined);
    if (known !== undefined) return [known, condition] as const;
    const names = tool === undefined ? [] : [...propertiesOf([tool.input]).keys()];
    throw new AppError(
      'invalid_input',
      `The policy in your ${source} has a rule about the argument "${path}", and ${tool === undefined ? 'no tool' : `"${toolName(tool)}"`} has such.`,
      { hint: names.length > 0 ? `Its arguments are ${names.join(', ')}.` : 'Look at the help of the command it is for.' },
    );
  });
  return {
    ...rule,
    ...(tool === undefined ? {} : { tool: toolName(tool) }),
    ...(rule.where === undefined ? {} : { where: Object.fromEntries(where) }),
  };
}

/** The path as the tool writes it. What lies within an argument of free form is not looked at. */
function toKnownPath(tool: Tool, path: string): string | undefined {
  const [first = '', ...rest] = path.split('.');
  const names = [...propertiesOf([tool.input]).keys()];
  const name = names.find((one) => toSnakeCase(one) === toSnakeCase(first)) ?? tool.aliases?.[toSnakeCase(first)];
  return name === undefined ? undefined : [name, ...rest].join('.');
}
