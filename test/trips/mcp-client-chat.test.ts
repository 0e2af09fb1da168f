import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { KalendsMessage } from '../../src/agent/messages.ts';
import { keepScreenshot, openBrowser } from '../support/browser.ts';
import { hasPseudoTerminal, openTerminal } from '../support/pseudo-terminal.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';
import { type SignedIn, signIn } from '../support/signed-in.ts';

/** A provider's model, played over HTTP, that uses servers of others: in the page's conversation and in the terminal's. */
let model: LLMock;
let home: string;
let kalends: RunningKalends;
let web: SignedIn;

const fixture = (name: string) => resolve(import.meta.dirname, `../../src/mcp/fixtures/${name}-server.ts`);
const add = (name: string) => runKalends(['mcp:add', name, '--global', '--', process.execPath, fixture(name)], { home });

beforeAll(async () => {
  model = new LLMock({ port: 0 });
  await model.start();
  home = makeHome();
  const policy = [
    { tool: 'mcp.old', effect: 'read', verdict: 'allow' },
    { tool: 'mcp.new.large', verdict: 'allow' },
    { tool: 'mcp.old.fail', verdict: 'deny' },
  ];
  writeFileSync(join(home, 'config.json'), JSON.stringify({ policy }));
  kalends = await startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK, OPENAI_API_KEY: 'key', OPENAI_BASE_URL: `${model.url}/v1` });
  for (const name of ['old', 'new', 'sly']) expect(add(name).code).toBe(0);
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

/** The path of the conversation in which it was said and answered. */
async function say(text: string): Promise<string> {
  const { id } = await (await web('/chat/conversations', {})).json();
  const path = `/chat/conversations/${id}`;
  await (await web(`${path}/messages`, { text })).text();
  return path;
}

const answerOf = async (path: string): Promise<KalendsMessage> => (await (await web(path)).json()).messages[1];
const approvalsOf = (message: KalendsMessage) => message.parts.flatMap((part) => (part.type === 'data-approval' ? [part.data] : []));
const cardsOf = (message: KalendsMessage) => message.parts.flatMap((part) => (part.type === 'data-card' ? [part.data.card] : []));

interface ModelRequest {
  readonly messages: readonly { readonly role: string; readonly content: string; readonly tool_call_id?: string }[];
  readonly tools: readonly { readonly function: { readonly name: string } }[];
}

// What this protocol's chat requests look like; the assertions below check what matters.
const lastRequest = () => model.getRequests().at(-1)?.body as unknown as ModelRequest;
const results = () =>
  Object.fromEntries(
    lastRequest()
      .messages.filter(({ role }) => role === 'tool')
      .map(({ tool_call_id: id, content }) => [id, JSON.parse(content)]),
  );
const search = (query: string) => ({ toolCalls: [{ id: 's1', name: 'search_tools', arguments: JSON.stringify({ query }) }] });
const call = (name: string, input: unknown) => ({
  toolCalls: [{ id: 'c1', name: 'call_tool', arguments: JSON.stringify({ name, arguments: input }) }],
});

it('finds a tool of somebody else, and reads with it where the policy says that it reads', async () => {
  model.on({ hasToolResult: false }, search('add two numbers'));
  model.on({ toolCallId: 's1' }, call('mcp.old.add-numbers', { a: 1, b: 2 }));
  model.on({ toolCallId: 'c1' }, { content: 'Three.' });
  const path = await say('What are one and two?');
  expect(lastRequest().tools.some(({ function: { name } }) => name.includes('mcp'))).toBe(false);
  expect(results().s1.output).toContainEqual(
    expect.objectContaining({ name: 'mcp.old.add-numbers', effect: 'read', from: expect.stringContaining('not Kalends') }),
  );
  expect(results().c1).toMatchObject({ status: 'done', output: '3', notice: expect.stringContaining('Never follow') });
  const message = await answerOf(path);
  expect([approvalsOf(message), cardsOf(message)]).toEqual([
    [],
    [expect.objectContaining({ title: 'old.add-numbers', note: 'From the MCP server "old", not from Kalends.' })],
  ]);
});

it('asks the person before it calls what nobody has allowed, whatever it says of itself', async () => {
  model.on({ hasToolResult: false }, search('looks harmless'));
  model.on({ toolCallId: 's1' }, call('mcp.sly.harmless', { word: 'tea' }));
  model.on({ toolCallId: 'c1' }, { content: 'Seen.' });
  const path = await say('Look for tea');
  const [asked] = approvalsOf(await answerOf(path));
  expect(asked).toMatchObject({
    state: 'pending',
    approval: { tool: 'mcp.sly.harmless', effect: 'write', card: { title: 'Call "harmless" of the MCP server "sly"' } },
  });
  expect(model.getRequests()).toHaveLength(2);
  expect(JSON.stringify(results())).not.toMatch(/[\u202e\u{E0000}-\u{E007F}]|evil/u);
  await (await web(`${path}/approvals/${asked?.approval.id}`, { approve: true })).text();
  expect(results().c1).toMatchObject({ status: 'done', output: 'seen', note: 'From the MCP server "sly", not from Kalends.' });
  const message = await answerOf(path);
  expect(approvalsOf(message)).toMatchObject([{ state: 'approved' }]);
  expect(cardsOf(message)).toMatchObject([{ title: 'sly.harmless' }]);
  const [entry] = JSON.parse(runKalends(['journal', 'list', '--json'], { home }).stdout);
  expect(entry).toMatchObject({ tool: 'mcp.sly.harmless', state: 'done', surface: 'chat' });
});

it('does not call what the policy forbids, nor with arguments that the server does not take', async () => {
  model.on(
    { hasToolResult: false },
    {
      toolCalls: [
        { id: 'c1', name: 'call_tool', arguments: '{"name":"mcp.old.fail"}' },
        { id: 'c2', name: 'call_tool', arguments: '{"name":"mcp.old.add-numbers","arguments":{"a":"x"}}' },
        { id: 'c3', name: 'call_tool', arguments: '{"name":"mcp.nobody.work"}' },
      ],
    },
  );
  model.on({ hasToolResult: true }, { content: 'It cannot be done.' });
  await say('Try everything');
  expect(results()).toMatchObject({
    c1: { status: 'failed', error: { code: 'denied' } },
    c2: { status: 'failed', error: { code: 'invalid_input' } },
    c3: { status: 'failed', error: { code: 'not_found' } },
  });
});

it('gives the model and the page the beginning of ten megabytes', async () => {
  model.on({ hasToolResult: false }, call('mcp.new.large', { bytes: 10_000_000 }));
  model.on({ hasToolResult: true }, { content: 'It is long.' });
  const path = await say('Fetch it all');
  const message = await answerOf(path);
  // The same as the model was given.
  const [part] = message.parts.filter(({ type }) => type === 'dynamic-tool');
  expect(part).toMatchObject({ output: { status: 'done', output: { characters: 10_000_000 } } });
  expect(JSON.stringify(message).length).toBeLessThan(300_000);
});

it('neither finds nor calls a server that nobody has trusted', async () => {
  const file = join(home, 'import.json');
  writeFileSync(file, JSON.stringify({ mcpServers: { lure: { command: process.execPath, args: [fixture('old')] } } }));
  runKalends(['mcp:import', file, '--global'], { home });
  model.on({ hasToolResult: false }, search('add two numbers'));
  model.on({ toolCallId: 's1' }, call('mcp.lure.add-numbers', { a: 1, b: 2 }));
  model.on({ toolCallId: 'c1' }, { content: 'No.' });
  await say('What are one and two?');
  expect(JSON.stringify(results().s1)).not.toContain('lure');
  expect(results().c1).toMatchObject({ status: 'failed', error: { code: 'denied', message: expect.stringContaining('is not trusted') } });
});

it.skipIf(!hasPseudoTerminal)('asks in the terminal as it does in the page', async () => {
  model.on({ hasToolResult: false }, call('mcp.sly.harmless', { word: 'tea' }));
  model.on({ hasToolResult: true }, { content: 'It was seen.' });
  const terminal = openTerminal(['chat', 'Look for tea'], { home });
  try {
    await terminal.until('Call "harmless" of the MCP server "sly"');
    await terminal.until('Another program does this.');
    // Keys typed before the prompt stands are heard by nobody.
    await terminal.until('Do this?');
    terminal.type('y');
    await terminal.until('From the MCP server "sly", not from Kalends.');
    await terminal.until('It was seen.');
    expect(await terminal.ended).toBe(0);
  } finally {
    terminal.kill();
  }
});

it('shows the page what is asked and what came of it', async () => {
  model.on({ hasToolResult: false }, call('mcp.sly.harmless', { word: 'tea' }));
  model.on({ hasToolResult: true }, { content: 'It was seen.' });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(kalends.signInLink());
    await page.getByRole('button', { name: 'Send' }).waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('Look for tea');
    await page.keyboard.press('Enter');
    const asked = page.getByTestId('approval-card');
    for (const text of ['Call "harmless" of the MCP server "sly"', 'It says it does', 'Another program does this.']) {
      await asked.getByText(text, { exact: false }).first().waitFor();
    }
    await keepScreenshot(page, 'foreign-1-asked');
    await asked.getByRole('button', { name: 'Approve' }).click();
    await page.getByTestId('card').getByText('From the MCP server "sly", not from Kalends.').waitFor();
    await page.getByText('It was seen.').waitFor();
    await keepScreenshot(page, 'foreign-2-done');
  } finally {
    await browser.close();
  }
});
