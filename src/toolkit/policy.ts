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

function matches(rule: PolicyRule, question: PolicyQuestion): boolean {
  const namespace = question.tool.split('.')[0];
  return (
    (rule.account === undefined || rule.account === question.account) &&
    (rule.tool === undefined || rule.tool === question.tool || rule.tool === namespace) &&
    (rule.effect === undefined || rule.effect === question.effect)
  );
}
