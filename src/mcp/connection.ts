import { resolve } from 'node:path';
import {
  Client,
  type FetchLike,
  InsufficientScopeError,
  type Prompt,
  ProtocolError,
  type Resource,
  SdkError,
  SdkErrorCode,
  StreamableHTTPClientTransport,
  type Tool,
} from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { AppError } from '../errors.ts';
import type { McpServerDefinition } from './definition.ts';
import { type InterpolationParts, interpolate } from './interpolate.ts';
import type { LoginSession } from './login-session.ts';
import { toData } from './result.ts';
import { isSecretByName } from './secret-name.ts';
import { LONGEST_WORDS, shorten } from './shortened.ts';

const LARGEST_MESSAGE_BYTES = 64_000_000;
const MOST_PAGES = 100;
const STDERR_KEPT = 2_000;

export interface ConnectionParts extends Omit<InterpolationParts, 'server'> {
  /** Reaches addresses that others chose: the guard's. */
  readonly fetch: FetchLike;
  readonly version: string;
  /** Where a process is started whose entry names no folder. */
  readonly folder?: string;
  /** Of a server that is reached by an address; absent: it gets only what its entry says. */
  readonly login?: LoginSession;
  /** Is told what must not be shown: headers and variables that are secret by their names, filled in. */
  onSecret?(value: string): void;
}

/** A running foreign server. */
export interface McpConnection {
  readonly isOpen: boolean;
  /** As they were told last: when it was opened, and when the server said that they changed. */
  readonly tools: readonly Tool[];
  /** Asks for them anew. */
  listTools(): Promise<readonly Tool[]>;
  call(tool: string, input: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<unknown>;
  resources(): Promise<readonly Resource[]>;
  prompts(): Promise<readonly Prompt[]>;
  read(uri: string, signal?: AbortSignal): Promise<unknown>;
  prompt(name: string, values: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts or reaches the server and reads what tools it has. The caller has made sure that it is trusted. */
export async function connect(definition: McpServerDefinition, parts: ConnectionParts): Promise<McpConnection> {
  const { name, timeoutSeconds } = definition;
  const timeout = timeoutSeconds * 1_000;
  const client = new Client(
    { name: 'kalends', version: parts.version },
    {
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(timeout, 5_000) } },
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => void readTools().catch(() => undefined) } },
    },
  );
  const { transport, complaints } = openTransport(definition, parts);
  let isOpen = true;
  let tools: readonly Tool[] = [];
  const readTools = async () => {
    tools = await listAllTools(client, timeout);
    return tools;
  };
  client.onclose = () => {
    isOpen = false;
  };
  client.onerror = () => undefined; // a line on standard output that is no message is passed over
  const options = (signal: AbortSignal | undefined) => ({ timeout, ...(signal === undefined ? {} : { signal }) });
  const reading = async <Answer>(doing: string, work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work();
    } catch (error) {
      throw toFailure(error, { name, complaints, doing });
    }
  };
  try {
    await client.connect(transport, { timeout });
    await readTools();
    return {
      get isOpen() {
        return isOpen;
      },
      get tools() {
        return tools;
      },
      listTools: () => reading('list the tools of', readTools),
      resources: () =>
        reading('list the resources of', async () =>
          client.getServerCapabilities()?.resources === undefined
            ? []
            : listAll(async (at) => {
                const { resources, nextCursor } = await client.listResources(at, { timeout });
                return { items: resources, nextCursor };
              }),
        ),
      prompts: () =>
        reading('list the prompts of', async () =>
          client.getServerCapabilities()?.prompts === undefined
            ? []
            : listAll(async (at) => {
                const { prompts, nextCursor } = await client.listPrompts(at, { timeout });
                return { items: prompts, nextCursor };
              }),
        ),
      read: (uri, signal) => reading(`read "${uri}" of`, () => client.readResource({ uri }, options(signal))),
      prompt: (prompt, values, signal) =>
        reading(`get the prompt "${prompt}" of`, () => client.getPrompt({ name: prompt, arguments: { ...values } }, options(signal))),
      call: async (tool, input, signal) => {
        try {
          return toData(await client.callTool({ name: tool, arguments: { ...input } }, options(signal)), `${name}.${tool}`);
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
  return listAll(async (at) => {
    const { tools, nextCursor } = await client.listTools(at, { timeout });
    return { items: tools, nextCursor };
  });
}

/** All pages of a list; one that never ends is cut off. */
async function listAll<Item>(
  ask: (at: { cursor?: string }) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | undefined }>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, nextCursor } = await ask(cursor === undefined ? {} : { cursor });
    all.push(...items);
    if (nextCursor === undefined || nextCursor === cursor) break;
    cursor = nextCursor;
  }
  return all;
}

function openTransport({ name, reach }: McpServerDefinition, parts: ConnectionParts) {
  const fill = (text: string) => interpolate(text, { ...parts, server: name });
  const fillAll = (held: Readonly<Record<string, string>>) => {
    const filled = Object.entries(held).map(([key, text]) => [key, fill(text)] as const);
    for (const [key, text] of filled) if (isSecretByName(key)) parts.onSecret?.(text.replace(/^(?:Bearer|Basic|Token)\s+/i, ''));
    return Object.fromEntries(filled);
  };
  if (reach.type === 'http') {
    const url = fill(reach.url);
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      fetch: parts.fetch,
      requestInit: { headers: fillAll(reach.headers) },
      // Whoever has to agree to more is a person, at a terminal.
      onInsufficientScope: 'throw',
      ...(parts.login === undefined ? {} : { authProvider: parts.login.providerFor(url, Object.keys(reach.headers)) }),
    });
    return { transport, complaints: () => '' };
  }
  const transport = new StdioClientTransport({
    command: fill(reach.command),
    args: reach.args.map(fill),
    env: { ...getDefaultEnvironment(), ...fillAll(reach.env) },
    stderr: 'pipe',
    maxBufferSize: LARGEST_MESSAGE_BYTES,
    ...(reach.cwd === undefined
      ? parts.folder === undefined
        ? {}
        : { cwd: parts.folder }
      : { cwd: resolve(parts.folder ?? '', fill(reach.cwd)) }),
  });
  let said = '';
  transport.stderr?.on('data', (chunk: unknown) => {
    said = (said + String(chunk)).slice(-STDERR_KEPT);
  });
  return { transport, complaints: () => said.trim() };
}

const NOT_SENT: ReadonlySet<string> = new Set([
  SdkErrorCode.NotConnected,
  SdkErrorCode.CapabilityNotSupported,
  SdkErrorCode.ClientHttpAuthentication,
  SdkErrorCode.ClientHttpForbidden,
]);
const NOT_REACHED: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function wasNotSent(error: unknown, code: SdkErrorCode | undefined): boolean {
  if (code !== undefined && NOT_SENT.has(code)) return true;
  return error instanceof Error && 'code' in error && NOT_REACHED.has(error.code);
}

interface Circumstance {
  readonly name: string;
  readonly complaints: () => string;
  readonly doing: string;
  readonly isWrite?: boolean;
}

function toFailure(error: unknown, { name, complaints, doing, isWrite = false }: Circumstance): AppError {
  if (error instanceof AppError) return error;
  // What the guard refused comes wrapped.
  if (error instanceof Error && error.cause instanceof AppError) return error.cause;
  const message = error instanceof Error ? error.message : String(error);
  const said = complaints();
  const code = error instanceof SdkError ? error.code : undefined;
  const refusal = toRefusal(error, name, code);
  if (refusal !== undefined) return refusal;
  const isTimeout = code === SdkErrorCode.RequestTimeout || /timed? ?out/i.test(message);
  const details = said === '' ? {} : { details: { stderr: said } };
  if (isTimeout)
    return new AppError('timeout', `The MCP server "${name}" did not answer in time.`, {
      cause: error,
      hint: 'Give it more with "timeout" in its entry.',
      ...details,
    });
  // Whatever is no answer of the server and no refusal to begin may have come after the deed.
  const isLost = isWrite && !(error instanceof ProtocolError) && !wasNotSent(error, code);
  const words = shorten(message, LONGEST_WORDS);
  return new AppError(isLost ? 'outcome_unknown' : 'upstream', `Kalends could not ${doing} the MCP server "${name}": ${words}`, {
    cause: error,
    hint: isLost ? 'It may have done it before it ended: look before you try again.' : `Look at it with \`kalends mcp:doctor ${name}\`.`,
    ...details,
  });
}

/** Of a login that does not reach so far, or is not taken although it looks good. */
function toRefusal(error: unknown, name: string, code: string | undefined): AppError | undefined {
  if (error instanceof InsufficientScopeError) {
    const scope = /^[\w:./ -]{1,200}$/.exec(error.requiredScope ?? '')?.[0];
    const wider = `kalends mcp:login ${name}${scope === undefined ? '' : ` --scope "${scope}"`}`;
    return new AppError('forbidden', `Your login at the MCP server "${name}" does not reach that far.`, {
      cause: error,
      hint: `Log in for more with \`${wider}\`.`,
    });
  }
  if (code !== SdkErrorCode.ClientHttpAuthentication) return undefined;
  return new AppError('unauthenticated', `The MCP server "${name}" does not take your login, although it was just renewed.`, {
    cause: error,
    hint: `Log in again with \`kalends mcp:login ${name}\`.`,
  });
}
