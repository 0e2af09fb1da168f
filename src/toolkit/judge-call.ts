import { AppError } from '../errors.ts';
import { createSightings, type FoundAddress, findAddresses, isSaid } from './addresses.ts';
import type { GateRequest } from './call.ts';
import type { CardField } from './card.ts';
import { type Catalog, toolName } from './catalog.ts';
import type { CountLimit, JournalStore } from './journal.ts';
import { isStricter, judge, limitsOf, matches, type PolicyDefaults, type PolicyRule, toKnownRules, type Verdict } from './policy.ts';
import type { Effect, Principal, Tool } from './tool.ts';

/** What the policy says to one call. */
export interface CallJudgement {
  /** With the limits that are reached and the addresses that are new taken into account. */
  readonly verdict: Verdict;
  /** What holds when the call begins; others may begin at the same time. */
  readonly limits: readonly RuleLimit[];
  /** All addresses in the input of a write. */
  readonly addresses: readonly string[];
  /** What a person who is asked must see: addresses that nobody but the calls themselves brought up. */
  readonly warnings: readonly CardField[];
  /** Why, where it denies. */
  readonly denial?: AppError;
}

export interface RuleLimit extends CountLimit {
  readonly verdict: 'ask' | 'deny';
  readonly rule: PolicyRule;
}

/** A call as it is judged. */
export interface JudgedCall {
  readonly tool: Tool;
  readonly account: string;
  /** What the tool's own server calls it, where it is judged as something else. */
  readonly claimed?: Effect;
  readonly request: GateRequest;
  readonly turnId: string;
  /** Addresses that are known for a reason of the call's own. */
  readonly known?: readonly string[];
}

export interface JudgeParts {
  readonly catalog: Catalog;
  readonly rules: readonly PolicyRule[];
  readonly defaults?: PolicyDefaults;
  readonly journal: JournalStore;
  /** Which of these addresses belong to people of this installation; beside those the journal knows. */
  readonly contacts?: (principal: Principal, addresses: readonly string[]) => Promise<readonly string[]>;
  readonly processNow: () => number;
}

export interface Judge {
  /** The rules alone, before anything is looked up. */
  first(call: JudgedCall, input: unknown): { readonly verdict: Verdict; readonly denial?: AppError };
  /** All of it, about the input that will run. */
  consider(call: JudgedCall, input: unknown): Promise<CallJudgement>;
  /** What a tool answered, for telling where an address came from. */
  saw(call: JudgedCall, output: unknown): void;
}

const HOUR = 3_600_000;
const PERIODS = { hour: HOUR, day: 24 * HOUR };

export function createJudge(parts: JudgeParts): Judge {
  const { catalog, journal, processNow } = parts;
  const readOwn = (rules: JudgeParts['rules'], defaults: JudgeParts['defaults']) =>
    toKnownRules({ rules, ...(defaults === undefined ? {} : { defaults }) }, catalog);
  let held = { rules: parts.rules, defaults: parts.defaults, set: readOwn(parts.rules, parts.defaults) };
  /** The person's own rules as they are now: their file may have changed. */
  const ownRules = () => {
    const { rules, defaults } = parts;
    if (held.rules !== rules || held.defaults !== defaults) held = { rules, defaults, set: readOwn(rules, defaults) };
    return held.set;
  };
  const sightings = createSightings();
  const projectOf = ({ request }: JudgedCall) => (request.projectRules ?? []).map((set) => toKnownRules(set, catalog));
  const questionOf = ({ tool, account, claimed }: JudgedCall, input: unknown) => ({
    account,
    tool: toolName(tool),
    effect: tool.effect,
    input,
    ...(claimed === undefined ? {} : { claimed }),
  });

  function first(call: JudgedCall, input: unknown) {
    const { verdict, source = 'config.json' } = judge(ownRules(), projectOf(call), questionOf(call, input));
    return verdict === 'deny' ? { verdict, denial: denied(call, source) } : { verdict };
  }

  function toLimit({ limit, ...rule }: ReturnType<typeof limitsOf>[number], { turnId }: JudgedCall): RuleLimit {
    return {
      count: limit.count,
      within: limit.per === 'turn' ? { turnId } : { since: processNow() - PERIODS[limit.per] },
      counts: (write) => matches(rule, write),
      verdict: rule.verdict === 'ask' ? 'ask' : 'deny',
      rule: { ...rule, limit },
    };
  }

  async function newAddresses(call: JudgedCall, found: readonly FoundAddress[]): Promise<readonly string[]> {
    const { request } = call;
    const words = ownWords(request);
    const known = new Set([...(call.known ?? []), request.principal.email.toLowerCase()]);
    const strange = found.map(({ address }) => address).filter((address) => !known.has(address) && !isSaid(address, words));
    if (strange.length === 0) return [];
    const contacts = new Set(await parts.contacts?.(request.principal, strange));
    const written = await journal.knows(request.principal.userId, strange);
    return strange.filter((address) => !contacts.has(address) && !written.has(address));
  }

  async function consider(call: JudgedCall, input: unknown): Promise<CallJudgement> {
    const { tool, request } = call;
    const { verdict, denial } = first(call, input);
    if (tool.effect === 'read') return { verdict, limits: [], addresses: [], warnings: [], ...(denial === undefined ? {} : { denial }) };
    const sets = [ownRules(), ...projectOf(call)];
    const limits = limitsOf(sets, questionOf(call, input)).map((rule) => toLimit(rule, call));
    const found = findAddresses(input);
    const addresses = found.map(({ address }) => address);
    const strange = request.consent === true ? [] : await newAddresses(call, found);
    const warnings = strange.map((address) => ({ label: 'New address', value: `${address} (${originOf(call, address)})` }));
    const base = { limits, addresses, warnings };
    if (denial !== undefined) return { verdict, ...base, denial };
    const reached = await firstReached(request.principal.userId, limits);
    if (reached?.verdict === 'deny') return { verdict: 'deny', ...base, denial: beyondLimit(reached) };
    const asks = reached !== undefined || warnings.length > 0;
    return { verdict: asks && isStricter('ask', verdict) ? 'ask' : verdict, ...base };
  }

  /** One that denies before one that asks. */
  async function firstReached(userId: number, limits: readonly RuleLimit[]): Promise<RuleLimit | undefined> {
    if (limits.length === 0) return undefined;
    const denying = await journal.reached(
      userId,
      limits.filter(({ verdict }) => verdict === 'deny'),
    );
    return (
      denying ??
      journal.reached(
        userId,
        limits.filter(({ verdict }) => verdict === 'ask'),
      )
    );
  }

  function originOf(call: JudgedCall, address: string): string {
    const source = sightings.sourceOf(placeOf(call), address);
    return source === undefined ? 'you did not say it, and it is in nothing that was done before' : `from ${source}`;
  }

  return {
    first,
    consider,
    saw: (call, output) => sightings.saw(placeOf(call), toolName(call.tool), output),
  };
}

/** Where what was read belongs to what is written later. */
function placeOf({ request, turnId }: JudgedCall): string {
  return `${request.principal.userId} ${request.conversationId ?? turnId}`;
}

/** A command line and a message are the person's own; what a script or another program says of itself is not. */
function ownWords({ surface, words, utterance }: GateRequest): readonly string[] {
  if (words !== undefined) return words;
  const isOwn = surface === 'terminal' || surface === 'chat' || surface === 'web';
  return isOwn && utterance !== undefined ? [utterance] : [];
}

function denied({ tool, account }: JudgedCall, source: string): AppError {
  const where = source === 'config.json' ? 'The rule is in the "policy" list of your config.json.' : `The rule is in "${source}".`;
  return new AppError('denied', `The policy does not allow "${toolName(tool)}" on the account "${account}".`, { hint: where });
}

export function beyondLimit({ rule, count, within }: RuleLimit): AppError {
  const what = rule.tool === undefined ? (rule.effect === 'destroy' ? 'destructive actions' : 'changes') : `calls of "${rule.tool}"`;
  const per = 'turnId' in within ? 'turn' : (rule.limit?.per ?? 'day');
  return new AppError('denied', `The policy allows at most ${count} ${what} a ${per}, and there were as many; nothing was changed.`, {
    hint:
      per === 'turn'
        ? 'Ask again for the rest, in a turn of its own.'
        : `Wait until the ${per} is over, or change the limit in the policy.`,
    details: { reason: 'limit', limit: { count, per } },
  });
}
