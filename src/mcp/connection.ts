import { Client, type FetchLike, StreamableHTTPClientTransport, type Tool } from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { AppError } from '../errors.ts';
import type { McpServerDefinition } from './definition.ts';
import { type InterpolationParts, interpolate } from './interpolate.ts';
import { toData } from './result.ts';

const LARGEST_MESSAGE_BYTES = 64_000_000;
const MOST_PAGES = 100;
const STDERR_KEPT = 2_000;

export interface ConnectionParts extends Omit<InterpolationParts, 'server'> {
  /** Reaches addresses that others chose: the guard's. */
  readonly fetch: FetchLike;
  readonly version: string;
}

/** A running foreign server. */
export interface McpConnection {
  readonly isOpen: boolean;
  readonly tools: readonly Tool[];
  call(tool: string, input: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<unknown>;
  readonly client: Client;
  close(): Promise<void>;
}

/** Starts or reaches the server and reads what tools it has. The caller has made sure that it is trusted. */
export async function connect(definition: McpServerDefinition, parts: ConnectionParts): Promise<McpConnection> {
  const { name, timeoutSeconds } = definition;
  const timeout = timeoutSeconds * 1_000;
  const client = new Client(
    { name: 'kalends', version: parts.version },
    { versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(timeout, 5_000) } } },
  );
  const { transport, complaints } = openTransport(definition, parts);
  let isOpen = true;
  client.onclose = () => {
    isOpen = false;
  };
  client.onerror = () => undefined; // a line on standard output that is no message is passed over
  try {
    await client.connect(transport, { timeout });
    const tools = await listAllTools(client, timeout);
    return {
      get isOpen() {
        return isOpen;
      },
      tools,
      client,
      call: async (tool, input, signal) => {
        try {
          return toData(
            await client.callTool({ name: tool, arguments: { ...input } }, { timeout, ...(signal === undefined ? {} : { signal }) }),
            `${name}.${tool}`,
          );
        } catch (error) {
          throw toFailure(error, { name, complaints, doing: `call "${tool}" of`, isWrite: true });
        }
      },
      close: () => client.close(),
    };
  } catch (error) {
    await client.close().catch(() => undefined);
    throw toFailure(error, { name, complaints, doing: 'reach' });
  }
}

async function listAllTools(client: Client, timeout: number): Promise<readonly Tool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const tools: Tool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.listTools(cursor === undefined ? {} : { cursor }, { timeout });
    tools.push(...answer.tools);
    if (answer.nextCursor === undefined || answer.nextCursor === cursor) break;
    cursor = answer.nextCursor;
  }
  return tools;
}

function openTransport({ name, reach }: McpServerDefinition, parts: ConnectionParts) {
  const fill = (text: string) => interpolate(text, { ...parts, server: name });
  const fillAll = (held: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(held).map(([key, text]) => [key, fill(text)]));
  if (reach.type === 'http') {
    const transport = new StreamableHTTPClientTransport(new URL(fill(reach.url)), {
      fetch: parts.fetch,
      requestInit: { headers: fillAll(reach.headers) },
    });
    return { transport, complaints: () => '' };
  }
  const transport = new StdioClientTransport({
    command: fill(reach.command),
    args: reach.args.map(fill),
    env: { ...getDefaultEnvironment(), ...fillAll(reach.env) },
    stderr: 'pipe',
    maxBufferSize: LARGEST_MESSAGE_BYTES,
    ...(reach.cwd === undefined ? {} : { cwd: fill(reach.cwd) }),
  });
  let said = '';
  transport.stderr?.on('data', (chunk: unknown) => {
    said = (said + String(chunk)).slice(-STDERR_KEPT);
  });
  return { transport, complaints: () => said.trim() };
}

interface Circumstance {
  readonly name: string;
  readonly complaints: () => string;
  readonly doing: string;
  readonly isWrite?: boolean;
}

function toFailure(error: unknown, { name, complaints, doing, isWrite = false }: Circumstance): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const said = complaints();
  const isTimeout = /timed? ?out/i.test(message);
  const details = said === '' ? {} : { details: { stderr: said } };
  if (isTimeout)
    return new AppError('timeout', `The MCP server "${name}" did not answer in time.`, {
      cause: error,
      hint: 'Give it more with "timeout" in its entry.',
      ...details,
    });
  const isLost = isWrite && /closed|ECONNRESET|socket/i.test(message);
  return new AppError(isLost ? 'outcome_unknown' : 'upstream', `Kalends could not ${doing} the MCP server "${name}": ${message}`, {
    cause: error,
    hint: isLost ? 'It may have done it before it ended: look before you try again.' : `Look at it with \`kalends mcp:doctor ${name}\`.`,
    ...details,
  });
}
