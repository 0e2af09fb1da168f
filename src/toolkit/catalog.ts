import { AppError } from '../errors.ts';
import { closest, didYouMean } from './closest.ts';
import type { Provider, Tool } from './tool.ts';

/** Every action Kalends knows, in the order a reader meets them. */
export interface Catalog {
  readonly tools: readonly Tool[];
  /** By `cal.create_booking`, `cal_create_booking` or, where only one namespace has it, `create_booking`. */
  find(name: string): Tool | undefined;
  /** The same, or `not_found` with the closest names. */
  get(name: string): Tool;
}

/** The full name of a tool, as policy, journal and people write it: `cal.create_booking`. */
export function toolName(tool: Pick<Tool, 'namespace' | 'name'>): string {
  return `${tool.namespace}.${tool.name}`;
}

/** Whose credential accounts a call of the tool goes to. */
export function providerOf({ namespace, provider }: Pick<Tool, 'namespace' | 'provider'>): Provider {
  return provider ?? (namespace === 'whereby' ? 'whereby' : 'cal');
}

export function createCatalog(tools: readonly Tool[]): Catalog {
  const byName = new Map<string, Tool>();
  const shortNames = new Map<string, number>();
  for (const tool of tools) shortNames.set(tool.name, (shortNames.get(tool.name) ?? 0) + 1);
  for (const tool of tools) {
    for (const name of [toolName(tool), `${tool.namespace}_${tool.name}`, ...(shortNames.get(tool.name) === 1 ? [tool.name] : [])]) {
      if (byName.has(name)) throw new Error(`Two tools answer to "${name}".`);
      byName.set(name, tool);
    }
  }
  const find = (name: string) => byName.get(name.replaceAll('-', '_'));
  return {
    tools,
    find,
    get(name) {
      const tool = find(name);
      if (tool) return tool;
      const close = closest(name, tools.map(toolName));
      throw new AppError('not_found', `There is no tool named "${name}".`, {
        hint: didYouMean(close) ?? 'List the tools to see what there is.',
        details: { suggestions: close },
      });
    },
  };
}
