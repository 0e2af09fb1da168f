import { AppError } from '../errors.ts';
import { type Catalog, toolName } from './catalog.ts';
import type { Effect } from './tool.ts';

export type Verdict = 'allow' | 'ask' | 'deny';

/** One rule of the user's configuration; absent parts match everything. */
export interface PolicyRule {
  readonly account?: string;
  /** `cal.create_booking`, or a namespace: `cal`. */
  readonly tool?: string;
  readonly effect?: Effect;
  readonly verdict: Verdict;
}

export interface PolicyQuestion {
  readonly account: string;
  /** `cal.create_booking` */
  readonly tool: string;
  readonly effect: Effect;
}

const STRICTNESS: Readonly<Record<Verdict, number>> = { allow: 0, ask: 1, deny: 2 };
const DEFAULTS: Readonly<Record<Effect, Verdict>> = { read: 'allow', write: 'ask', destroy: 'ask' };

/** The most restrictive of all rules that match; without one, reads are allowed and all else asks. */
export function judge(rules: readonly PolicyRule[], question: PolicyQuestion): Verdict {
  const verdicts = rules.filter((rule) => matches(rule, question)).map((rule) => rule.verdict);
  if (verdicts.length === 0) return DEFAULTS[question.effect];
  return verdicts.reduce((strictest, verdict) => (STRICTNESS[verdict] > STRICTNESS[strictest] ? verdict : strictest));
}

/** The rules with the tools' full names. One about a tool that does not exist would never hold, and nobody would notice: it throws. */
export function toKnownRules(rules: readonly PolicyRule[], catalog: Catalog): readonly PolicyRule[] {
  const namespaces = new Set(catalog.tools.map(({ namespace }) => namespace));
  return rules.map((rule) => {
    if (rule.tool === undefined || namespaces.has(rule.tool)) return rule;
    const tool = catalog.find(rule.tool);
    if (tool !== undefined) return { ...rule, tool: toolName(tool) };
    throw new AppError('invalid_input', `The policy in your config.json has a rule about "${rule.tool}", and there is no such tool.`, {
      hint: `There are ${[...namespaces, ...catalog.tools.map(toolName)].join(', ')}.`,
    });
  });
}

function matches(rule: PolicyRule, question: PolicyQuestion): boolean {
  const namespace = question.tool.split('.')[0];
  return (
    (rule.account === undefined || rule.account === question.account) &&
    (rule.tool === undefined || rule.tool === question.tool || rule.tool === namespace) &&
    (rule.effect === undefined || rule.effect === question.effect)
  );
}
