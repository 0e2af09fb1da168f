import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { isForeignName } from '../toolkit/foreign.ts';
import type { Effect, Principal } from '../toolkit/tool.ts';
import type { ForeignListing } from './foreign-search.ts';
import { CALL, type ModelSurface, SEARCH, toInnerCall } from './model.ts';

/** The tools of other people's servers that this person may call: of those that are on and trusted. */
export type ModelForeign = (principal: Principal) => Promise<ForeignListing>;

/**
 * The same tools, and through the two that find and call others those of foreign servers. None of them is described beforehand: they are many, and their
 * words are somebody else's. Their calls go through the gate like all.
 */
export function withForeign(surface: ModelSurface, foreign: ModelForeign): ModelSurface {
  /** As they were found last, for those who show what a call does. What may be done the gate decides. */
  const effects = new Map<string, Effect>();

  return {
    get tools() {
      return [...surface.tools.filter(({ name }) => name !== SEARCH.name && name !== CALL.name), SEARCH_ALL, CALL];
    },
    effectOf(toolName, input) {
      if (toolName === SEARCH.name) return 'read';
      const named = toolName === CALL.name ? toInnerCall(input).name : toolName;
      if (named === undefined || !isForeignName(named)) return surface.effectOf(toolName, input);
      return effects.get(toPlain(named)) ?? 'write';
    },
    isSearch: surface.isSearch,
    async run(call) {
      if (call.tool !== SEARCH.name) return surface.run(call);
      const { searchForeign } = await import('./foreign-search.ts');
      const query = queryOf(call.input);
      const [own, found] = await Promise.all([
        surface.tools.some(({ name }) => name === SEARCH.name) ? surface.run(call) : undefined,
        searchForeign(() => foreign(call.principal), query),
      ]);
      for (const one of found) if ('name' in one) effects.set(toPlain(one.name), one.effect);
      const first = own?.status === 'done' && Array.isArray(own.output) ? own.output : [];
      const output = [...first, ...found];
      return { status: 'done', output, card: { kind: 'notice', title: `Found ${output.length} tools.` } };
    },
  };
}

const SEARCH_ALL: LanguageModelV4FunctionTool = {
  ...SEARCH,
  description: `${SEARCH.description} It also finds what other programs offer that the person has added ("mcp.…").`,
};

function queryOf(input: unknown): string {
  return input !== null && typeof input === 'object' && 'query' in input && typeof input.query === 'string' ? input.query : '';
}

/** A server's hyphens and capitals are not told apart. */
function toPlain(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}
