import type { LanguageModelV4, LanguageModelV4Prompt, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { z } from 'zod';
import { type Agent, type AgentParts, createAgent } from '../src/agent/agent.ts';
import type { KalendsChunk } from '../src/agent/messages.ts';
import type { ConversationStore } from '../src/agent/thread.ts';
import { AppError } from '../src/errors.ts';
import {
  appendMessage,
  createConversation,
  deleteConversation,
  getConversation,
  listConversations,
  listMessages,
  renameConversation,
  replaceMessage,
} from '../src/store/conversations.ts';
import { emptyJournal } from '../src/store/sample-journal.fixture.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { createUser } from '../src/store/users.ts';
import type { Card } from '../src/toolkit/card.ts';
import { type Catalog, createCatalog } from '../src/toolkit/catalog.ts';
import { createGate, type Gate } from '../src/toolkit/gate.ts';
import type { PolicyRule } from '../src/toolkit/policy.ts';
import { defineTool, type Principal } from '../src/toolkit/tool.ts';

/** A real store, gate and agent over a diary of three tools: enough to hold a conversation about. */
export interface Stage {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly gate: Gate;
  readonly conversations: ConversationStore;
  readonly ada: Principal;
  readonly grace: Principal;
  /** What the diary holds; tests may look and change. */
  readonly entries: Map<string, DiaryEntry>;
  /** Resolves the next call of `add_entry` only when it is called. */
  holdWrites(): () => void;
  readonly clock: { now: number };
  createAgent(model: AgentParts['model'], options?: Pick<AgentParts, 'maxSteps'>): Agent;
  /** Empties everything but the users. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface DiaryEntry {
  readonly uid: string;
  readonly title: string;
  readonly at: string;
  readonly email: string;
}

const PROCESS_NOW = Date.parse('2026-11-21T12:00:00Z');
const DOMAIN_NOW = Date.parse('2030-01-07T08:00:00Z');
const entryShape = z.object({ uid: z.string(), title: z.string(), at: z.string(), email: z.string() });

export async function openStage({ rules = [] }: { readonly rules?: readonly PolicyRule[] } = {}): Promise<Stage> {
  const store = await openStore({ memory: true });
  const clock = { now: PROCESS_NOW };
  const entries = new Map<string, DiaryEntry>();
  let held: Promise<void> = Promise.resolve();
  const cardOf = (title: string): Card => ({ kind: 'notice', title });

  const listEntries = defineTool({
    namespace: 'diary',
    name: 'list_entries',
    summary: 'Lists what is in the diary.',
    effect: 'read',
    accounts: ['local'],
    input: z.object({ word: z.string().optional() }),
    output: z.array(entryShape),
    run: async ({ word = '' }) => [...entries.values()].filter(({ title }) => title.includes(word)),
    card: (found) => cardOf(`${found.length} entries`),
  });
  const addEntry = defineTool({
    namespace: 'diary',
    name: 'add_entry',
    summary: 'Puts an entry into the diary.',
    effect: 'write',
    accounts: ['local'],
    input: z.object({ title: z.string().min(1), at: z.string(), email: z.string() }),
    output: entryShape,
    async run(input) {
      await held;
      if ([...entries.values()].some(({ at }) => at === input.at))
        throw new AppError('conflict', `"${input.at}" is taken.`, { hint: 'Take another time.' });
      const entry = { uid: `e${entries.size + 1}`, ...input };
      entries.set(entry.uid, entry);
      return entry;
    },
    card: ({ title }) => cardOf(`Added ${title}`),
    plan: async (input) => ({ card: cardOf(`Add ${input.title}?`), before: null, input }),
  });
  const removeEntry = defineTool({
    namespace: 'diary',
    name: 'remove_entry',
    summary: 'Takes an entry out of the diary.',
    effect: 'destroy',
    accounts: ['local'],
    input: z.object({ uid: z.string() }),
    output: z.object({ uid: z.string() }),
    async run({ uid }) {
      entries.delete(uid);
      return { uid };
    },
    card: ({ uid }) => cardOf(`Removed ${uid}`),
    async plan(input) {
      const before = entries.get(input.uid);
      if (before === undefined) throw new AppError('not_found', `There is no entry "${input.uid}".`);
      return { card: cardOf(`Remove ${before.title}?`), before, input };
    },
  });

  const catalog = createCatalog([listEntries, addEntry, removeEntry]);
  const gate = createGate({
    catalog,
    resolveAccount: ({ provider }) => ({
      name: 'local',
      kind: 'local',
      provider,
      clients: undefined,
      rehearse: () => ({ clients: undefined, requests: [] }),
    }),
    rules,
    allowYes: false,
    approvals: store.approvals,
    journal: store.journal,
    now: () => DOMAIN_NOW,
    processNow: () => clock.now,
  });
  const { db } = store;
  const conversations: ConversationStore = {
    create: (conversation) => createConversation(db, conversation),
    get: (userId, id) => getConversation(db, userId, id),
    list: (userId, options) => listConversations(db, userId, options),
    rename: (id, change) => renameConversation(db, id, change),
    delete: (userId, id) => deleteConversation(db, userId, id),
    append: (id, message) => appendMessage(db, id, message),
    replace: (message) => replaceMessage(db, message),
    messages: (id) => listMessages(db, id),
  };
  const enrol = async (username: string, timeZone: string): Promise<Principal> => {
    const person = { username, name: username, email: `${username}@example.com`, timeZone };
    const { id } = await createUser(db, { ...person, now: clock.now });
    return { ...person, userId: id };
  };

  return {
    store,
    catalog,
    gate,
    conversations,
    entries,
    clock,
    ada: await enrol('ada', 'Europe/Amsterdam'),
    grace: await enrol('grace', 'America/New_York'),
    holdWrites() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    createAgent: (model, options = {}) =>
      createAgent({
        catalog,
        gate,
        conversations,
        approvals: store.approvals,
        model,
        now: () => DOMAIN_NOW,
        processNow: () => clock.now,
        ...options,
      }),
    async reset() {
      for (const table of ['conversations', 'approvals', 'sessions', 'sign_in_tokens'] as const) await db.deleteFrom(table).execute();
      await emptyJournal(store);
      entries.clear();
      held = Promise.resolve();
      clock.now = PROCESS_NOW;
    },
    close: () => store.close(),
  };
}

/** What a scripted model says when it is asked: texts and calls, or whatever stream parts. */
export type Line =
  | { readonly say: string }
  | { readonly call: string; readonly with: unknown; readonly id?: string }
  | { readonly part: LanguageModelV4StreamPart };

export interface ScriptedModel extends LanguageModelV4 {
  /** Every prompt it was given. */
  readonly prompts: LanguageModelV4Prompt[];
}

/** A foreign model, played by a script: `answer` gives its lines for the prompt and the number of the request, from 0. */
export function scriptModel(
  answer: (prompt: LanguageModelV4Prompt, request: number) => readonly Line[] | Promise<readonly Line[]>,
): ScriptedModel {
  const prompts: LanguageModelV4Prompt[] = [];
  return {
    specificationVersion: 'v4',
    provider: 'script',
    modelId: 'script',
    supportedUrls: {},
    prompts,
    doGenerate: () => Promise.reject(new Error('The loop only streams.')),
    async doStream({ prompt, abortSignal }) {
      prompts.push(prompt);
      const lines = await answer(prompt, prompts.length - 1);
      abortSignal?.throwIfAborted();
      const calls = lines.some((line) => 'call' in line);
      const parts: LanguageModelV4StreamPart[] = [{ type: 'stream-start', warnings: [] }, ...lines.flatMap(toStreamParts)];
      parts.push({ type: 'finish', finishReason: { unified: calls ? 'tool-calls' : 'stop', raw: undefined }, usage: NO_USAGE });
      return { stream: toStream(parts) };
    },
  };
}

function toStream<Part>(parts: readonly Part[]): ReadableStream<Part> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

const NO_USAGE = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

function toStreamParts(line: Line, index: number): LanguageModelV4StreamPart[] {
  if ('part' in line) return [line.part];
  if ('call' in line)
    return [{ type: 'tool-call', toolCallId: line.id ?? `call-${index}`, toolName: line.call, input: JSON.stringify(line.with) }];
  const id = `text-${index}`;
  return [
    { type: 'text-start', id },
    ...line.say.split(/(?<= )/).map((delta) => ({ type: 'text-delta' as const, id, delta })),
    { type: 'text-end', id },
  ];
}

export async function collect(stream: ReadableStream<KalendsChunk>): Promise<KalendsChunk[]> {
  const chunks: KalendsChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** The last thing a prompt says, shortly: what a script decides by. */
export function lastResult(prompt: LanguageModelV4Prompt): { readonly status: string; readonly [key: string]: unknown } | undefined {
  const last = prompt.at(-1);
  const part = last?.role === 'tool' ? last.content.at(-1) : undefined;
  const output = part?.type === 'tool-result' ? part.output : undefined;
  // The agent writes every result as this object.
  return output?.type === 'json' ? (output.value as { status: string }) : undefined;
}
