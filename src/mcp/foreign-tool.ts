import type { Tool as ServerTool } from '@modelcontextprotocol/client';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { PlannedRequest, ResolvedAccount } from '../toolkit/account.ts';
import type { Card, CardField } from '../toolkit/card.ts';
import { FOREIGN_NAMESPACE } from '../toolkit/foreign.ts';
import { withoutHiddenText } from '../toolkit/plain-text.ts';
import { hashOf } from '../toolkit/signature.ts';
import { defineTool, type Effect, type Tool } from '../toolkit/tool.ts';
import { fingerprintOf, type McpServerDefinition } from './definition.ts';
import { shorten } from './shortened.ts';

type Input = Readonly<Record<string, unknown>>;

/** One way to ask a server for something: a tool of its own, or a method of the protocol that reads. */
export interface ServerAction {
  /** `add-numbers`, `resources/read` */
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  /** JSON Schema of the input. */
  readonly schema: Input;
  run(input: Input, signal: AbortSignal): Promise<unknown>;
}

/** What a foreign tool runs on: kept apart, so that a rehearsal can take its place. */
interface ForeignClients {
  run(input: Input, signal: AbortSignal): Promise<unknown>;
}

const LONGEST_DESCRIPTION = 2_000;
const LONGEST_SHOWN = 4_000;
const LONGEST_KEPT = 100_000;

/** Names that people, policies and commands can write; a tool with another is not offered. */
const TOOL_NAME = /^[\w./:-]{1,200}$/;

export function hasUsableName({ name }: Pick<ServerTool, 'name'>): boolean {
  return TOOL_NAME.test(name);
}

/** A server's tool without anything that nobody sees. */
export function toAction(tool: ServerTool, call: ServerAction['run']): ServerAction {
  // Only texts are changed, each into a text.
  const { name, description = '', inputSchema, annotations } = withoutHiddenText(tool) as ServerTool;
  return {
    name,
    description: shorten(description.trim() === '' ? (annotations?.title ?? tool.title ?? name) : description, LONGEST_DESCRIPTION),
    effect: annotations?.destructiveHint === true ? 'destroy' : annotations?.readOnlyHint === true ? 'read' : 'write',
    schema: inputSchema,
    run: call,
  };
}

/** An action of a server as a tool for the gate. */
export function toForeignTool(
  definition: McpServerDefinition,
  action: ServerAction,
): { readonly tool: Tool; readonly account: ResolvedAccount } {
  const { name: server } = definition;
  const tool = defineTool({
    namespace: FOREIGN_NAMESPACE,
    name: `${server}.${action.name}`,
    summary: shorten(action.description.split('\n')[0] ?? '', 90),
    effect: action.effect,
    accounts: ['local'],
    input: toInput(action),
    output: z.unknown(),
    plan: async (input: Input) => ({
      card: {
        kind: 'record',
        title: `Call "${action.name}" of the MCP server "${server}"`,
        fields: [...toFields(input), { label: 'It says it does', value: shorten(action.description, 300) }],
        note: 'Another program does this. Kalends cannot know what it does, and cannot undo it.',
      },
      // What was agreed to is this server with this tool as they are now.
      before: { server: fingerprintOf(definition), tool: hashOf([action.description, action.effect, action.schema]) },
      input,
    }),
    async run(input: Input, context) {
      // The account below makes them.
      const clients = context.clients as ForeignClients;
      return clients.run(input, context.signal);
    },
    card: (output): Card => ({
      kind: 'record',
      title: `${server}.${action.name}`,
      fields: [{ label: 'Answer', value: shorten(toText(output), LONGEST_SHOWN) }],
      note: `From the MCP server "${server}", not from Kalends.`,
    }),
    keep: (output) => {
      const text = toText(output);
      return text.length > LONGEST_KEPT
        ? { shortened: withoutHiddenText(text.slice(0, LONGEST_KEPT)), characters: text.length }
        : withoutHiddenText(output);
    },
    undo: { none: 'The server of somebody else did it, and there is no telling how to take it back.' },
  });
  return { tool: tool as Tool, account: toAccount(server, action) };
}

function toAccount(server: string, { name, run }: ServerAction): ResolvedAccount {
  const clients: ForeignClients = { run };
  return {
    name: FOREIGN_NAMESPACE,
    kind: 'local',
    provider: 'mcp',
    clients,
    rehearse() {
      const requests: PlannedRequest[] = [];
      const rehearsing: ForeignClients = {
        async run(input) {
          requests.push({ method: 'tools/call', url: `mcp:${server}/${name}`, headers: {}, body: input });
          throw new AppError('cancelled', 'A rehearsal calls nobody.');
        },
      };
      return { clients: rehearsing, requests };
    },
  };
}

const validators = new AjvJsonSchemaValidator();

/** Checked with the server's own schema before anything is sent; its arguments keep their names. */
function toInput({ name, schema }: ServerAction): z.ZodType<Input> {
  return z.record(z.string(), z.unknown()).superRefine((input, context) => {
    const checked = checkerOf(name, schema)(input);
    if (!checked.valid) context.addIssue({ code: 'custom', message: String(withoutHiddenText(checked.errorMessage)) });
  });
}

function checkerOf(name: string, schema: Input): ReturnType<AjvJsonSchemaValidator['getValidator']> {
  try {
    return validators.getValidator(schema);
  } catch (cause) {
    throw new AppError('upstream', `The server's schema of "${name}" is not understood, so nothing is sent by it.`, {
      cause,
      hint: 'Tell the people who made the server.',
    });
  }
}

function toFields(input: Input): readonly CardField[] {
  return Object.entries(input).map(([label, value]) => ({ label, value: shorten(toText(value), 500) }));
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
