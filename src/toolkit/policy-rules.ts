import { AppError } from '../errors.ts';
import type { PolicyDefaults, PolicyLimit, PolicyRule, PolicySet, Verdict } from './policy.ts';
import type { Condition } from './policy-condition.ts';
import type { Effect } from './tool.ts';

const VERDICTS: readonly string[] = ['allow', 'ask', 'deny'] satisfies readonly Verdict[];
const EFFECTS: readonly string[] = ['read', 'write', 'destroy'] satisfies readonly Effect[];
const PERIODS: readonly string[] = ['turn', 'hour', 'day'] satisfies readonly PolicyLimit['per'][];
const RULE_PARTS = ['account', 'tool', 'effect', 'where', 'verdict', 'limit'];

type Members = Readonly<Record<string, unknown>>;

/** The `policy` and the `defaults` of a file; throws `invalid_input` that names the file, the rule and the value at fault. */
export function parsePolicySet({ policy = [], defaults = {} }: Members, source: string): PolicySet {
  if (!Array.isArray(policy)) throw fault(source, '"policy" must be a list of rules');
  const rules = policy.map((rule: unknown, index) => parseRule(rule, (what) => fault(source, `rule ${index + 1} of "policy": ${what}`)));
  return { rules, defaults: parseDefaults(defaults, source), source };
}

/** A project's `.kalends.json`: it may make the policy stricter, and nothing else. */
export function parseProjectFile(content: unknown, source: string): PolicySet {
  const file = toMembers(content);
  if (file === undefined) throw fault(source, 'this is not a JSON object');
  const stray = Object.keys(file).find((name) => name !== 'policy' && name !== 'defaults');
  if (stray === undefined) return parsePolicySet(file, source);
  const isOwn = ['allowYes', 'allowForce', 'hosts', 'approvalHours'].includes(stray);
  throw fault(
    source,
    isOwn
      ? `"${stray}" belongs in your own config.json: a project may only tighten the policy`
      : `"${stray}" is no setting of a project; there are policy and defaults`,
  );
}

function parseDefaults(defaults: unknown, source: string): PolicyDefaults {
  const members = toMembers(defaults);
  if (members === undefined) throw fault(source, '"defaults" must be an object like { "write": "ask" }');
  for (const [effect, verdict] of Object.entries(members)) {
    if (!EFFECTS.includes(effect)) throw fault(source, `"defaults" has "${effect}"; there are read, write and destroy`);
    if (!isOneOf(VERDICTS, verdict))
      throw fault(source, `"defaults" says ${quote(verdict)} for "${effect}"; it must be allow, ask or deny`);
  }
  return members as PolicyDefaults; // checked one by one above
}

function parseRule(rule: unknown, fail: (what: string) => AppError): PolicyRule {
  const members = toMembers(rule);
  if (members === undefined) throw fail(`${quote(rule)} is no object`);
  const { account, tool, effect, where, verdict, limit } = members;
  const stray = Object.keys(members).find((name) => !RULE_PARTS.includes(name));
  if (stray !== undefined) throw fail(`"${stray}" is no part of a rule; there are ${RULE_PARTS.join(', ')}`);
  for (const [name, value] of Object.entries({ account, tool })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw fail(`"${name}" is ${quote(value)}; it must be a name`);
  }
  if (effect !== undefined && !isOneOf(EFFECTS, effect)) throw fail(`"effect" is ${quote(effect)}; it must be read, write or destroy`);
  if (verdict !== undefined && !isOneOf(VERDICTS, verdict)) throw fail(`"verdict" is ${quote(verdict)}; it must be allow, ask or deny`);
  if (verdict === undefined && limit === undefined) throw fail('it has neither a "verdict" nor a "limit"');
  if (limit !== undefined && verdict === 'allow') throw fail('what is beyond a "limit" can be asked or denied, not allowed');
  if (where !== undefined) checkWhere(where, fail);
  if (limit !== undefined) checkLimit(limit, { effect, fail });
  return members as PolicyRule; // checked one by one above
}

function checkWhere(where: unknown, fail: (what: string) => AppError): void {
  const members = toMembers(where);
  if (members === undefined) throw fail('"where" must be an object of arguments');
  for (const [path, condition] of Object.entries(members)) {
    if (!isCondition(condition))
      throw fail(
        `"where" has ${quote(condition)} for "${path}", which is no condition; for example "*@example.com", [30, 45], { "atMost": 60 } or { "not": null }`,
      );
  }
}

function isCondition(value: unknown): value is Condition {
  if (Array.isArray(value)) return value.length > 0 && value.every(isCondition);
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  const members = toMembers(value) ?? {};
  const names = Object.keys(members);
  if (names.length === 1 && 'not' in members) return isCondition(members.not);
  return names.length > 0 && names.every((name) => (name === 'atLeast' || name === 'atMost') && isBound(members[name]));
}

function isBound(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
}

function checkLimit(limit: unknown, { effect, fail }: { readonly effect: unknown; readonly fail: (what: string) => AppError }): void {
  const { count, per, ...more } = toMembers(limit) ?? {};
  const isCount = typeof count === 'number' && Number.isInteger(count) && count >= 0;
  if (!isCount || !isOneOf(PERIODS, per) || Object.keys(more).length > 0) {
    throw fail(`"limit" is ${quote(limit)}; it must be like { "count": 3, "per": "turn" }, "hour" or "day"`);
  }
  if (effect === 'read') throw fail('reads are not counted');
}

function isOneOf(values: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && values.includes(value);
}

function toMembers(value: unknown): Members | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : undefined; // any object is a record
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function fault(source: string, what: string): AppError {
  return new AppError('invalid_input', `${source}: ${what}.`, { hint: 'Correct the file, or move it away to do without it.' });
}
