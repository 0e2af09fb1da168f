import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as open, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';

/** Scenarios about what this server offers. */
const APPLY = ['server-initialize', 'ping', 'tools-list', 'resources-list', 'prompts-list', 'dns-rebinding-protection'];

const FIXTURE = 'it calls a tool, a resource or a prompt of the reference fixture by name, which a calendar does not have';
const NO_SESSION = 'it needs a session with a stream of its own; /mcp is stateless, one exchange a request';

/** The others, each with its reason. */
const DO_NOT_APPLY: Readonly<Record<string, string>> = {
  'logging-set-level': 'the server offers no logging: it is deprecated, and goes to standard error instead',
  'completion-complete': 'the server offers no completion of arguments',
  'json-schema-2020-12': FIXTURE,
  'tools-call-simple-text': FIXTURE,
  'tools-call-image': FIXTURE,
  'tools-call-audio': FIXTURE,
  'tools-call-embedded-resource': FIXTURE,
  'tools-call-mixed-content': FIXTURE,
  'tools-call-with-logging': FIXTURE,
  'tools-call-error': FIXTURE,
  'tools-call-with-progress': FIXTURE,
  'tools-call-sampling': FIXTURE,
  'tools-call-elicitation': FIXTURE,
  'elicitation-sep1034-defaults': FIXTURE,
  'elicitation-sep1330-enums': FIXTURE,
  'server-sse-polling': NO_SESSION,
  'server-sse-multiple-streams': NO_SESSION,
  'resources-read-text': FIXTURE,
  'resources-read-binary': FIXTURE,
  'resources-templates-read': FIXTURE,
  'resources-subscribe': NO_SESSION,
  'resources-unsubscribe': NO_SESSION,
  'prompts-get-simple': FIXTURE,
  'prompts-get-with-args': FIXTURE,
  'prompts-get-embedded-resource': FIXTURE,
  'prompts-get-with-image': FIXTURE,
};

const conformance = fileURLToPath(new URL('../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url));

async function run(...words: string[]): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, [conformance, ...words]);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, output: out + err };
}

/** The scenarios send no key: it is added on the way, and nothing else is touched. */
async function startKeyHolder({ address, apiKey }: RunningKalends): Promise<Server> {
  const { hostname, port } = new URL(address);
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${apiKey}` };
    const forwarded = open({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('the conformance scenarios of the protocol', () => {
  let home: string;
  let kalends: RunningKalends;
  let keyHolder: Server;
  beforeAll(async () => {
    home = makeHome();
    kalends = await startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK });
    keyHolder = await startKeyHolder(kalends);
  });
  afterAll(async () => {
    keyHolder.closeAllConnections();
    keyHolder.close();
    await kalends.stop();
    removeHome(home);
  });

  it('are all known here', async () => {
    const { output } = await run('list', '--server');
    const listed = [...output.matchAll(/^\s+- ([\w-]+)/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual([...APPLY, ...Object.keys(DO_NOT_APPLY)].toSorted());
  });

  it.each(APPLY)('%s', async (scenario) => {
    const { port } = keyHolder.address() as AddressInfo;
    const { code, output } = await run('server', '--url', `http://127.0.0.1:${port}/mcp`, '--scenario', scenario);
    expect(code, output).toBe(0);
  });
});
