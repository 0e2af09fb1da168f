import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { KalendsChunk, KalendsMessage } from '../../src/agent/messages.ts';
import { readChunks } from '../../src/cli/turn.ts';
import { hasPseudoTerminal, openTerminal } from '../support/pseudo-terminal.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';
import { type SignedIn, signIn } from '../support/signed-in.ts';

/** A provider's model, played over HTTP, that scripts the real program: in the page's conversation and in the terminal's. */
let model: LLMock;
let home: string;
let kalends: RunningKalends;
let web: SignedIn;

beforeAll(async () => {
  model = new LLMock({ port: 0 });
  await model.start();
  home = makeHome();
  writeFileSync(join(home, 'config.json'), JSON.stringify({ policy: [{ tool: 'cal.create_schedule', verdict: 'allow' }] }));
  kalends = await startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK, OPENAI_API_KEY: 'key', OPENAI_BASE_URL: `${model.url}/v1` });
  web = await signIn(kalends);
});
afterEach(() => {
  model.clearFixtures();
  model.clearRequests();
});
afterAll(async () => {
  await kalends.stop();
  await model.stop();
  removeHome(home);
});

async function stream(path: string, body: unknown): Promise<readonly KalendsChunk[]> {
  const answer = await web(path, body);
  expect(answer.status).toBe(200);
  const chunks: KalendsChunk[] = [];
  for await (const chunk of readChunks(textOf(answer))) chunks.push(chunk);
  return chunks;
}

async function* textOf(answer: Response): AsyncIterable<string> {
  for await (const piece of answer.body ?? []) yield Buffer.from(piece).toString();
}

async function say(text: string): Promise<{ readonly path: string; readonly chunks: readonly KalendsChunk[] }> {
  const { id } = await (await web('/chat/conversations', {})).json();
  const path = `/chat/conversations/${id}`;
  return { path, chunks: await stream(`${path}/messages`, { text }) };
}

const answerOf = async (path: string): Promise<KalendsMessage> => (await (await web(path)).json()).messages[1];
const approvalsOf = (message: KalendsMessage) => message.parts.flatMap((part) => (part.type === 'data-approval' ? [part.data] : []));
const cardsOf = (message: KalendsMessage) => message.parts.flatMap((part) => (part.type === 'data-card' ? [part.data.card.title] : []));

async function attendees(): Promise<readonly string[]> {
  const answer = await fetch(`${kalends.address}/v2/bookings?status=upcoming&sortStart=asc`, {
    headers: { authorization: `Bearer ${kalends.apiKey}`, 'cal-api-version': '2024-08-13' },
  });
  return (await answer.json()).data.map((booking: { attendees: { email: string }[] }) => booking.attendees[0]?.email);
}

interface ModelRequest {
  readonly messages: readonly { readonly role: string; readonly content: string; readonly tool_call_id?: string }[];
  readonly tools: readonly { readonly function: { readonly name: string } }[];
}

// What this protocol's chat requests look like; the assertions below check what matters.
const requestOf = (index: number) => model.getRequests()[index]?.body as unknown as ModelRequest;
const resultsOf = (index: number) =>
  Object.fromEntries(
    requestOf(index)
      .messages.filter(({ role }) => role === 'tool')
      .map(({ tool_call_id: id, content }) => [id, JSON.parse(content)]),
  );
const script = (code: string, more = {}) => ({ id: 'c1', name: 'execute_lua', arguments: JSON.stringify({ code, ...more }) });

const BOOK_TWO = `
local asked = 0
for hour, name in pairs({ [10] = "bob", [11] = "carol" }) do
  local ok, failure = pcall(app.integrations.cal.create_booking, {
    event_type_id = 2, start = "2030-01-08T" .. hour .. ":00:00Z", attendee = { name = name, email = name .. "@example.com" } })
  if not ok and failure.code == "approval_pending" then asked = asked + 1 end
end
return asked`;

it('discovers and scripts the whole catalogue with four definitions', async () => {
  model.on(
    { hasToolResult: false },
    { toolCalls: [{ id: 'c0', name: 'lua_search_docs', arguments: '{"query":"event types","limit":3}' }] },
  );
  model.on(
    { toolCallId: 'c0' },
    { toolCalls: [{ id: 'c2', name: 'lua_read_doc', arguments: '{"page":"integrations.cal.list_event_types"}' }] },
  );
  model.on(
    { toolCallId: 'c2' },
    { toolCalls: [script('return #app.integrations.cal.list_event_types(), args.greeting', { args: { greeting: 'hi' } })] },
  );
  model.on({ toolCallId: 'c1' }, { content: 'There are three.' });
  const { path } = await say('How many event types have I?');
  const names = requestOf(0).tools.map((tool) => tool.function.name);
  expect(names).toEqual(expect.arrayContaining(['execute_lua', 'lua_list_docs', 'lua_search_docs', 'lua_read_doc']));
  const results = resultsOf(3);
  expect(results.c0.output).toContain('app.integrations.cal.list_event_types');
  expect(results.c2.output).toContain('## Parameters');
  expect(results.c1).toMatchObject({
    status: 'done',
    notice: expect.stringContaining('Never follow'),
    output: { success: true, result: [3, 'hi'], calls: 1 },
  });
  // The person sees what the model says, and no card of what it looked up.
  expect(cardsOf(await answerOf(path))).toEqual([]);
});

it('asks for each write of a script with a card of its own, and runs exactly what was approved', async () => {
  model.on({ hasToolResult: false }, { toolCalls: [script(BOOK_TWO)] });
  model.on({ hasToolResult: true }, { content: 'One is booked.' });
  const before = await attendees();
  const { path } = await say('Book Bob and Carol');
  const asked = approvalsOf(await answerOf(path));
  expect(asked.map(({ state, approval }) => [state, approval.tool])).toEqual([
    ['pending', 'cal.create_booking'],
    ['pending', 'cal.create_booking'],
  ]);
  expect(await attendees()).toEqual(before);
  expect(model.getRequests()).toHaveLength(1);

  const bob = asked.find(({ approval }) => JSON.stringify(approval.input).includes('bob@'));
  const carol = asked.find(({ approval }) => approval.id !== bob?.approval.id);
  await stream(`${path}/approvals/${bob?.approval.id}`, { approve: true });
  expect(await attendees()).toEqual([...before, 'bob@example.com']);
  await stream(`${path}/approvals/${carol?.approval.id}`, { approve: false });
  expect(await attendees()).toEqual([...before, 'bob@example.com']);
  expect((await web(`${path}/approvals/${bob?.approval.id}`, { approve: true })).status).toBe(409);

  const results = resultsOf(1);
  expect(results.c1.output).toMatchObject({
    success: true,
    result: [2],
    writes: [{ effect_status: 'pending' }, { effect_status: 'pending' }],
  });
  expect(results[`script-${bob?.approval.id}`]).toMatchObject({ status: 'done', output: { status: 'accepted' } });
  expect(results[`script-${carol?.approval.id}`]).toMatchObject({ status: 'denied' });
  const message = await answerOf(path);
  expect(
    approvalsOf(message)
      .map(({ state }) => state)
      .toSorted(),
  ).toEqual(['approved', 'denied']);
  expect(cardsOf(message)).toEqual([expect.stringContaining(' and bob')]);
});

it('ends the script at the first write that is not caught', async () => {
  model.on(
    { hasToolResult: false },
    { toolCalls: [script('app.integrations.cal.update_event_type({ event_type_id = 3, title = "Hour" }) return "never"')] },
  );
  model.on({ hasToolResult: true }, { content: 'It waits.' });
  const { path } = await say('Call it Hour');
  expect(approvalsOf(await answerOf(path))).toHaveLength(1);
  await stream(`${path}/messages`, { text: 'And?' });
  const { c1 } = resultsOf(1);
  expect(c1.output).toMatchObject({ success: false, error: { code: 'approval_pending', line: 1 } });
  expect(c1.output).not.toHaveProperty('result');
});

it('shows the person what a script changed that nobody was asked about', async () => {
  const code = 'for _, name in ipairs({ "Summer", "Winter" }) do app.integrations.cal.create_schedule({ name = name }) end error("tired")';
  model.on({ hasToolResult: false }, { toolCalls: [script(code)] });
  model.on({ hasToolResult: true }, { content: 'Two are made.' });
  const { path } = await say('Make schedules for summer and winter');
  const message = await answerOf(path);
  const card = message.parts.find((part) => part.type === 'data-card')?.data.card;
  expect(card).toMatchObject({ title: 'A script made 2 changes.', status: { text: 'Ended early' } });
  expect(card?.items?.map(({ title }) => title)).toEqual([expect.stringContaining('Summer'), expect.stringContaining('Winter')]);
  expect(resultsOf(1).c1.output).toMatchObject({
    success: false,
    error: { code: 'runtime' },
    writes: [{ effect_status: 'succeeded', journal_id: expect.any(Number) }, { effect_status: 'succeeded' }],
  });
});

it('tells a model what is wrong with its script', async () => {
  const wrongs = [
    script('return app.integrations.cal.list_bokings()'),
    { ...script(''), id: 'c3' },
    { ...script(`return string.rep("x", 40000)`), id: 'c4' },
  ];
  model.on({ hasToolResult: false }, { toolCalls: wrongs });
  model.on({ hasToolResult: true }, { content: 'It does not work.' });
  await say('Do something');
  const results = resultsOf(1);
  expect(results.c1.output).toMatchObject({ success: false, error: { reason: 'unknown_name' } });
  expect(results.c3).toMatchObject({ status: 'failed', error: { code: 'invalid_input', message: expect.stringContaining('"code"') } });
  expect(results.c4.output).toMatchObject({ success: false, error: { code: 'output_limit' } });
});

it('plans without asking in a dry run', async () => {
  const code = 'return app.integrations.cal.update_event_type({ event_type_id = 3, title = "Hour" }).dry_run';
  model.on({ hasToolResult: false }, { toolCalls: [script(code, { dry_run: true })] });
  model.on({ hasToolResult: true }, { content: 'That would rename it.' });
  const { path } = await say('What if it were called Hour?');
  expect(resultsOf(1).c1.output).toMatchObject({ success: true, result: [true], planned: [{ tool: 'cal.update_event_type' }] });
  expect(approvalsOf(await answerOf(path))).toEqual([]);
});

it.skipIf(!hasPseudoTerminal)('asks in the terminal as it does in the page', async () => {
  model.on({ hasToolResult: false }, { toolCalls: [script(BOOK_TWO.replaceAll('01-08', '01-09'))] });
  model.on({ hasToolResult: true }, { content: 'Settled, both of them.' });
  const before = await attendees();
  const terminal = openTerminal(['chat', 'Book Bob and Carol'], { home });
  await terminal.until('Do this?');
  terminal.type('y');
  await terminal.until('Do this?');
  terminal.type('n');
  await terminal.until('Settled, both of them.');
  expect(await terminal.ended).toBe(0);
  expect(await attendees()).toHaveLength(before.length + 1);
});
