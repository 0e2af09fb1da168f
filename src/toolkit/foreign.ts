import { AppError } from '../errors.ts';
import type { ResolvedAccount } from './account.ts';
import { judge, matches, type PolicySet } from './policy.ts';
import type { Effect, Principal, Tool } from './tool.ts';

/** A tool of somebody else's server, as one of ours. */
export interface ForeignTool {
  /** Its effect is what the server says of it, and nobody's promise. */
  readonly tool: Tool;
  /** What it talks through. */
  readonly account: ResolvedAccount;
}

export interface ForeignWish {
  /** `mcp.<server>.<tool>` */
  readonly name: string;
  readonly principal: Principal;
  /** Root of the project whose files may name the server. */
  readonly project?: string | undefined;
}

/** The tools that stand beside the catalogue and come and go with the servers that have them. */
export interface ForeignTools {
  /** Starts the server where it does not run. Throws `not_found`, `denied` for one that is not trusted, `upstream` for one that does not answer. */
  find(wish: ForeignWish): Promise<ForeignTool>;
}

/** A foreign tool for those who look for one. All texts are the server's own, without hidden characters. */
export interface ForeignDescription {
  /** `mcp.<server>.<tool>` */
  readonly name: string;
  readonly server: string;
  readonly tool: string;
  readonly description: string;
  /** As the policy treats it: `read` only where the server says so and the user's own rules allow every call of it. */
  readonly effect: Effect;
  /** JSON Schema of the input. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** How all foreign tools are called by policy and journal. */
export const FOREIGN_NAMESPACE = 'mcp';

export function isForeignName(name: string): boolean {
  return name.toLowerCase().startsWith(`${FOREIGN_NAMESPACE}.`);
}

/** The project that a call was made in. */
export function projectOf(sets: readonly PolicySet[] = []): string | undefined {
  return sets.find(({ project }) => project !== undefined)?.project;
}

/**
 * What a server calls harmless is its own word: it counts as a read only where a rule of the user's own allows it as one, and as a write elsewhere.
 * A rule with conditions can hold for one call, with its input, and not for the tool.
 */
export function effectOfForeign(
  { name, effect, call }: { readonly name: string; readonly effect: Effect; readonly call?: { readonly input: unknown } },
  own: PolicySet,
): Effect {
  if (effect !== 'read') return effect;
  const question = { account: FOREIGN_NAMESPACE, tool: name, effect, input: call?.input };
  const isAllowed = own.rules.some(
    (rule) =>
      rule.verdict === 'allow' && rule.limit === undefined && (rule.where === undefined || call !== undefined) && matches(rule, question),
  );
  return isAllowed ? 'read' : 'write';
}

/** Throws for what no call of this name could pass, whatever it does: nothing is started for it. */
export function checkNotRefused(name: string, own: PolicySet, project: readonly PolicySet[]): void {
  const plain = (set: PolicySet): PolicySet => ({ ...set, rules: set.rules.filter(({ where }) => where === undefined) });
  const sets = project.map(plain);
  const verdicts = (['read', 'write', 'destroy'] as const).map((effect) =>
    judge(plain(own), sets, { account: FOREIGN_NAMESPACE, tool: name, effect }),
  );
  const [first] = verdicts;
  if (verdicts.some(({ verdict }) => verdict !== 'deny')) return;
  throw new AppError('denied', `The policy does not allow "${name}".`, { hint: `The rule is in "${first?.source ?? 'config.json'}".` });
}
