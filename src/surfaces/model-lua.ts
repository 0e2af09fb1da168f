import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { AppError, toErrorEnvelope } from '../errors.ts';
import type { PendingApproval } from '../toolkit/approval.ts';
import type { GateOutcome } from '../toolkit/call.ts';
import type { Card } from '../toolkit/card.ts';
import type { CommandDescription, JsonSchema } from './cli.ts';
import type { LuaReport } from './lua-report.ts';
import { isLuaTool, LUA_TOOLS, type LuaToolRun, readLuaDocs, toLuaToolReport, toLuaToolRun, writesOf } from './lua-tools.ts';
import type { ModelCall, ModelOutcome, ModelSurface } from './model.ts';

/** What a model's scripts stand on. */
export interface ModelScripts {
  readonly descriptions: () => readonly CommandDescription[];
  /** Runs a script, every call of which goes through the gate; `onPending` is told of each that waits for the person. */
  run(script: ModelScript): Promise<LuaReport>;
}

export interface ModelScript extends LuaToolRun, Omit<ModelCall, 'tool' | 'input' | 'toolCallId' | 'account'> {
  readonly onPending: (approval: PendingApproval) => void;
}

/** The same tools, and the four to script the whole catalogue with. */
export function withScripts(surface: ModelSurface, { descriptions, run }: ModelScripts): ModelSurface {
  async function execute({ tool: _tool, input, toolCallId: _toolCallId, account: _account, ...caller }: ModelCall): Promise<ModelOutcome> {
    const questions = new Map<string, PendingApproval>();
    const report = await run({
      ...caller,
      ...toLuaToolRun(toObject(input)),
      onPending: (approval) => questions.set(approval.id, approval),
    });
    const output = toLuaToolReport(report);
    const isVisible = !report.meta.dry_run && writesOf(report).some(({ effect_status: effect }) => effect !== 'pending');
    return { status: 'done', output, card: toCard(report), script: { questions: [...questions.values()], isVisible } };
  }

  return {
    get tools() {
      return [...surface.tools, ...MODEL_TOOLS];
    },
    effectOf(toolName, input) {
      if (!isLuaTool(toolName)) return surface.effectOf(toolName, input);
      // Nobody knows what a script does before it is run.
      return toolName === 'execute_lua' ? 'destroy' : 'read';
    },
    isSearch: (toolName) => (isLuaTool(toolName) && toolName !== 'execute_lua') || surface.isSearch(toolName),
    async run(call) {
      const { tool } = call;
      if (!isLuaTool(tool)) return surface.run(call);
      try {
        if (tool === 'execute_lua') return await execute(call);
        const { createDocs } = await import('./docs.ts');
        const page = readLuaDocs(tool, toObject(call.input), createDocs({ descriptions: descriptions() }));
        return { status: 'done', output: page, card: { kind: 'notice', title: 'Read about functions.' } };
      } catch (error) {
        if (error instanceof AppError) return { status: 'failed', error: toErrorEnvelope(error) } satisfies GateOutcome;
        throw error;
      }
    },
  };
}

const ADVICE =
  'For many steps or many bookings at once. A write that asks the person raises approval_pending; with pcall the script goes on, and all are asked about. The person does not see what it answers: tell them.';

const MODEL_TOOLS = LUA_TOOLS.map(
  ({ name, description, schema }): LanguageModelV4FunctionTool => ({
    type: 'function',
    name,
    description: name === 'execute_lua' ? `${description} ${ADVICE}` : description,
    inputSchema: schema as LanguageModelV4FunctionTool['inputSchema'] & JsonSchema, // a JSON Schema of ours is one
  }),
);

function toObject(input: unknown): Readonly<Record<string, unknown>> {
  return input !== null && typeof input === 'object' && !Array.isArray(input) ? (input as Readonly<Record<string, unknown>>) : {};
}

/** What a script changed, for the person. */
function toCard(report: LuaReport): Card {
  const writes = writesOf(report).filter(({ effect_status: effect }) => effect !== 'pending');
  const done = writes.filter(({ effect_status: effect }) => effect === 'succeeded').length;
  return {
    kind: 'list',
    title: `A script made ${done} ${done === 1 ? 'change' : 'changes'}.`,
    ...(report.error === null ? {} : { status: { text: 'Ended early', tone: 'warning' as const } }),
    items: writes.map(({ function: name, path, title, effect_status: effect }) => ({
      title: String(title ?? name ?? path),
      ...(effect === 'succeeded' ? {} : { status: { text: String(effect ?? 'unknown'), tone: 'bad' as const } }),
    })),
  };
}
