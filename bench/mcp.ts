import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { makeHome, type RunningKalends, removeHome, startKalends } from '../test/support/running-kalends.ts';
import { median, type Row, toP99 } from './table.ts';

const program = join(resolve(import.meta.dirname, '..'), 'bin', 'kalends.mjs');
const bare = join(import.meta.dirname, 'bare-mcp.ts');
const CALLS = 200;
const WARM = 30;
/** Of scripts, with a rest before each: longer than the next spare thread takes to be ready. */
const SCRIPTS = 20;
const REST_MS = 600;

/** A call of a tool by both transports, each beside a bare server of the SDK with an empty tool, and what the lists of tools cost a model. */
export async function benchMcp(): Promise<readonly Row[]> {
  const home = makeHome();
  const kalends = await startKalends(home, { KALENDS_CLOCK: '2030-01-07T08:00:00Z' });
  try {
    return [...(await timeStdio(kalends)), ...(await timeHttp(kalends)), ...(await weighLists(kalends))];
  } finally {
    await kalends.stop();
    removeHome(home);
  }
}

async function timeStdio({ home }: RunningKalends): Promise<readonly Row[]> {
  const env = { ...process.env, KALENDS_HOME: home } as Record<string, string>;
  const open = async (args: string[]) => {
    const client = newClient();
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }));
    return client;
  };
  const startedAt = performance.now();
  const ours = await open([program, 'mcp:serve', '--tools', 'all']);
  await ours.listTools();
  const startMs = performance.now() - startedAt;
  const bareStartedAt = performance.now();
  const empty = await open([bare, 'stdio']);
  await empty.listTools();
  const bareStartMs = performance.now() - bareStartedAt;
  const rows = await timeCalls('stdio', ours, empty);
  await Promise.all([ours.close(), empty.close()]);
  return [{ name: 'stdio: start, connect, list', median: startMs, bound: bareStartMs, boundName: 'bare server' }, ...rows];
}

async function timeHttp({ address, apiKey }: RunningKalends): Promise<readonly Row[]> {
  const child = spawn(process.execPath, [bare, 'http'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = await once(child.stdout, 'data');
    const ours = await overHttp(`${address}/mcp?tools=all`, apiKey);
    const empty = await overHttp(`http://127.0.0.1:${String(port).trim()}/mcp`, apiKey);
    const rows = await timeCalls('HTTP', ours, empty);
    await Promise.all([ours.close(), empty.close()]);
    return rows;
  } finally {
    child.kill();
  }
}

async function timeCalls(transport: string, ours: Client, empty: Client): Promise<readonly Row[]> {
  const floor = await timeTool(empty, 'empty');
  const bound = { bound: median(floor), boundName: 'bare server, empty tool' };
  const row = async (name: string, input: Input = {}, pace: Pace = {}): Promise<Row> => {
    const times = await timeTool(ours, name, input, pace);
    return {
      name: `${transport}: \`${name}\``,
      median: median(times),
      p99: toP99(times),
      ...bound,
    };
  };
  return [
    await row('resolve_time', { text: 'tomorrow at 2pm' }),
    await row('list_event_types'),
    await row('list_bookings'),
    await row('execute_lua', { code: 'return 1' }, { calls: SCRIPTS, warm: 2, restMs: REST_MS }),
  ];
}

type Input = Readonly<Record<string, unknown>>;

interface Pace {
  readonly calls?: number;
  readonly warm?: number;
  readonly restMs?: number;
}

async function timeTool(
  client: Client,
  name: string,
  input: Input = {},
  { calls = CALLS, warm = WARM, restMs = 0 }: Pace = {},
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let call = -warm; call < calls; call += 1) {
    if (restMs > 0) await new Promise((done) => setTimeout(done, restMs));
    const startedAt = performance.now();
    const { isError, content } = await client.callTool({ name, arguments: input });
    if (isError) throw new Error(`${name}: ${JSON.stringify(content)}`);
    if (call >= 0) times.push(performance.now() - startedAt);
  }
  return times;
}

/** Four characters are a token. */
async function weighLists({ address, apiKey }: RunningKalends): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, query, target] of [
    ['core, the default', '?tools=core', '≤ 2,500'],
    ['core, read-only', '?tools=core&read_only=true', undefined],
    ['the four for scripts', '?tools=lua', undefined],
    ['all', '?tools=all', undefined],
    ['all, read-only', '?tools=all&read_only=true', undefined],
  ] as const) {
    const client = await overHttp(`${address}/mcp${query}`, apiKey);
    const { tools } = await client.listTools();
    const tokens = Math.ceil(JSON.stringify({ tools }).length / 4);
    rows.push({
      name: `\`tools/list\`: ${name}, ${tools.length} tools`,
      median: tokens,
      unit: 'tokens',
      ...(target === undefined ? {} : { target, isMet: tokens <= 2_500 }),
    });
    await client.close();
  }
  return rows;
}

async function overHttp(address: string, key: string): Promise<Client> {
  const client = newClient();
  const headers = { authorization: `Bearer ${key}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(address), { requestInit: { headers } }));
  return client;
}

function newClient(): Client {
  return new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: 'auto' } });
}
