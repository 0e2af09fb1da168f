import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { lastResult, openStage, type Stage, scriptModel } from '../../test/conversation-stage.ts';
import type { Agent } from '../agent/agent.ts';
import type { ConversationView } from '../agent/messages.ts';
import { createWebApp } from './app.ts';

let stage: Stage;
let server: Server;
let agent: Agent;
let address: string;

const lunch = { title: 'Lunch', at: '2030-01-08T12:00', email: 'bob@example.com' };

beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  await stage.reset();
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await stage.close();
});

/** The app behind a real server, as the owner's socket serves it. */
async function serve(model: Parameters<Stage['createAgent']>[0], door: 'socket' | 'tcp' = 'socket'): Promise<void> {
  server?.closeAllConnections();
  server?.close();
  agent = stage.createAgent(model);
  const web = createWebApp({
    agent,
    service: { fetch: async (request) => Response.json({ cookie: request.headers.get('cookie'), body: await request.text() }) },
    whereby: { fetch: () => Response.json({ results: [] }) },
    principals: { first: async () => stage.ada, get: async () => stage.ada },
    sessions: {
      redeemSignInToken: async () => undefined,
      createSession: async () => '',
      findSession: async () => undefined,
      deleteSession: async () => undefined,
    },
    installation: {
      version: '0',
      model: { kind: 'offline', name: 'offline' },
      clock: () => ({ now: 0, frozen: false }),
      notices: () => [],
    },
    hosts: [],
    uiDirectory: '/nonexistent',
    processNow: () => stage.clock.now,
  });
  server = createServer(getRequestListener((request) => web.fetch(request, { door }), { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is never a string.
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (path: string, body: unknown, signal?: AbortSignal) =>
  fetch(`${address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
const startConversation = async () =>
  `/chat/conversations/${((await (await post('/chat/conversations', {})).json()) as { id: string }).id}`;
const view = async (path: string) => (await (await fetch(`${address}${path}`)).json()) as ConversationView;

it('sends each piece of an answer when it is said', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await serve(
    scriptModel(async (_prompt, request) => {
      if (request === 1) await promise;
      return request === 0 ? [{ say: 'One moment.' }, { call: 'list_entries', with: {} }] : [{ say: 'Nothing.' }];
    }),
  );
  const answer = await post(`${await startConversation()}/messages`, { text: 'What is there?' });
  const decoder = new TextDecoder();
  let seen = '';
  for await (const bytes of answer.body ?? []) {
    seen += decoder.decode(bytes, { stream: true });
    // The rest is only said once the beginning has arrived.
    if (seen.includes('moment.')) resolve();
  }
  expect(seen).toContain('Nothing.');
});

it('finishes an approved change and keeps its result when the browser goes away', async () => {
  await serve(scriptModel((prompt) => (lastResult(prompt) === undefined ? [{ call: 'add_entry', with: lunch }] : [{ say: 'Done.' }])));
  const path = await startConversation();
  await (await post(`${path}/messages`, { text: 'Add lunch' })).text();
  const approval = (await view(path)).messages[1]?.parts.find((part) => part.type === 'data-approval')?.data.approval;
  const release = stage.holdWrites();
  const gone = new AbortController();
  const answer = await post(`${path}/approvals/${approval?.id}`, { approve: true }, gone.signal);
  await answer.body?.getReader().read();
  gone.abort();
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  await agent.close();
  expect([...stage.entries.values()]).toMatchObject([lunch]);
  const parts = (await view(path)).messages[1]?.parts ?? [];
  expect(parts.some((part) => part.type === 'data-card' && part.data.card.title === 'Added Lunch')).toBe(true);
});

it('takes the cookie off what goes to the API, and leaves the body on', async () => {
  await serve(
    scriptModel(() => []),
    'tcp',
  );
  const answer = await fetch(`${address}/v2/bookings`, { method: 'POST', headers: { cookie: 'kalends-session-1=x' }, body: '{"a":1}' });
  expect(await answer.json()).toEqual({ cookie: null, body: '{"a":1}' });
});
