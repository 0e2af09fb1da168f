import { type Catalog, providerOf, toolName } from '../toolkit/catalog.ts';
import { toInputSchema } from '../toolkit/input-schema.ts';
import type { Effect, Provider, Tool, ToolCommand } from '../toolkit/tool.ts';
import { outlineAnswer } from './outline.ts';

/** A tool as the command line knows it: plain JSON, so that no command has to load the catalogue. */
export interface CommandDescription {
  /** `cal.create_booking` */
  readonly tool: string;
  readonly namespace: string;
  /** `create_booking` */
  readonly name: string;
  readonly provider: Provider;
  readonly summary: string;
  readonly effect: Effect;
  readonly accounts: readonly ('local' | 'hosted')[];
  readonly command?: ToolCommand;
  readonly aliases: Readonly<Record<string, string>>;
  readonly example: Readonly<Record<string, unknown>>;
  readonly isEveryday: boolean;
  /** Why it cannot be undone, for writes that cannot. */
  readonly notUndoable?: string;
  /** JSON Schema, draft 7, of the input. */
  readonly schema: JsonSchema;
  /** The fields of what it answers, as a Lua table, where they are known. */
  readonly answer?: string | undefined;
}

/** The part of JSON Schema that tools' inputs are written in. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly [keyword: string]: unknown;
}

/** The catalogue for the command line, in the catalogue's order. */
export function describeCommands(catalog: Catalog): readonly CommandDescription[] {
  return catalog.tools.map(describe);
}

function describe(tool: Tool): CommandDescription {
  const { namespace, name, summary, effect, accounts } = tool;
  const undo = tool.undo !== undefined && 'none' in tool.undo ? tool.undo.none : undefined;
  return {
    tool: toolName(tool),
    namespace,
    name,
    provider: providerOf(tool),
    summary,
    effect,
    accounts,
    ...(tool.command === undefined ? {} : { command: tool.command }),
    aliases: tool.aliases ?? {},
    example: tool.example ?? {},
    isEveryday: tool.everyday === true,
    ...(undo === undefined ? {} : { notUndoable: undo }),
    schema: inputSchema(tool),
    // Of all tools together it takes 80 ms, and few are asked for.
    get answer() {
      return outlineAnswer(tool);
    },
  };
}

/** The input of a tool as JSON Schema, draft 7: what a caller may send. */
export function inputSchema(tool: Pick<Tool, 'input'>): JsonSchema {
  return toInputSchema(tool) as JsonSchema; // zod writes what this type reads
}
