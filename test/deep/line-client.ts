import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
}

export interface Tool {
  readonly name: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** A client of a model context server that speaks JSON lines on its standard streams. */
export interface LineClient {
  listTools(): Promise<readonly Tool[]>;
  callTool(name: string, input: Readonly<Record<string, unknown>>): Promise<ToolResult>;
  stop(): void;
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export async function startLineClient(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<LineClient> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error(`"${command}" has no standard streams.`);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  createInterface({ input: stdout }).on('line', (line) => {
    const { id, result, error }: Message = JSON.parse(line);
    const answer = id === undefined ? undefined : waiting.get(id);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error.message));
  });
  child.once('exit', (code) => {
    for (const answer of waiting.values()) answer.reject(new Error(`"${command}" ended with code ${code}.`));
  });
  let lastId = 0;
  const send = (message: object) => stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = (method: string, params: object): Promise<unknown> => {
    lastId += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(lastId, answer);
    send({ id: lastId, method, params });
    return answer.promise;
  };
  await request('initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } });
  send({ method: 'notifications/initialized' });
  return {
    // The shapes are the protocol's; the tests look into them.
    listTools: async () => ((await request('tools/list', {})) as { tools: readonly Tool[] }).tools,
    callTool: async (name, input) => (await request('tools/call', { name, arguments: input })) as ToolResult,
    stop: () => child.kill(),
  };
}
