import { randomUUID } from 'node:crypto';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { AppError } from '../errors.ts';
import { createModelSurface, DENIED, SUPERSEDED, toModelResult } from '../surfaces/model.ts';
import { type ModelForeign, withForeign } from '../surfaces/model-foreign.ts';
import { type ModelScripts, withScripts } from '../surfaces/model-lua.ts';
import type { ApprovalStore } from '../toolkit/approval.ts';
import type { Catalog } from '../toolkit/catalog.ts';
import type { Gate } from '../toolkit/gate.ts';
import { checkTimeZone } from '../toolkit/time-zone.ts';
import type { Principal } from '../toolkit/tool.ts';
import { type Answer, approvalData, createAnswer, type StoredMessage, settleQuietly, type WaitingCall, waitingCalls } from './answer.ts';
import { type LoopEnd, noticeOf, runLoop } from './loop.ts';
import type { ConversationSummary, ConversationView, KalendsChunk, KalendsMessage } from './messages.ts';
import { isSameSubject } from './subject.ts';
import { type ConversationStore, createThreads } from './thread.ts';
import { createTurns, streamWork, type Turn, type TurnLeases } from './turns.ts';

export interface AgentParts {
  readonly catalog: Catalog;
  readonly gate: Pick<Gate, 'call' | 'answer'>;
  readonly conversations: ConversationStore;
  readonly approvals: Pick<ApprovalStore, 'get'>;
  /** The offline model or a provider's; a function is asked once, at the first message. */
  readonly model: LanguageModelV4 | (() => Promise<LanguageModelV4>);
  /** Lets a model script the whole catalogue; without it there is no Lua here. */
  readonly scripts?: ModelScripts | undefined;
  /** Tools of other people's servers, for a model to find; without it there are none. */
  readonly foreign?: ModelForeign | undefined;
  /** The domain clock, epoch milliseconds. */
  readonly now: () => number;
  /** The process clock, epoch milliseconds. */
  readonly processNow?: () => number;
  /** Where several processes share one database. */
  readonly turnLeases?: TurnLeases | undefined;
  /** How often the model may be asked in one turn. */
  readonly maxSteps?: number;
}

/** Conversations of people with a model that acts through the gate. A conversation of somebody else is `not_found`. */
export interface Agent {
  list(principal: Principal): Promise<readonly ConversationSummary[]>;
  create(principal: Principal): Promise<string>;
  view(principal: Principal, conversationId: string): Promise<ConversationView>;
  remove(principal: Principal, conversationId: string): Promise<void>;
  /** Keeps what the person said, then streams the answer. Throws an `AppError` where nothing could be begun. */
  send(message: SentMessage): Promise<ReadableStream<KalendsChunk>>;
  /** Runs or drops exactly the call the person was asked about, then goes on with the same answer. */
  answer(answer: GivenAnswer): Promise<ReadableStream<KalendsChunk>>;
  /** Stops the turns under way and waits until what they did is kept. */
  close(): Promise<void>;
}

export interface SentMessage {
  readonly principal: Principal;
  readonly conversationId: string;
  readonly text: string;
  /** IANA zone the person is in; their own when absent. */
  readonly timeZone?: string;
}

export interface GivenAnswer {
  readonly principal: Principal;
  readonly conversationId: string;
  readonly approvalId: string;
  readonly approve: boolean;
}

/** Where a turn goes on: what was said before it, and how its answer is kept. */
interface Place {
  readonly principal: Principal;
  readonly conversationId: string;
  readonly before: readonly StoredMessage[];
  readonly save: (answer: StoredMessage) => Promise<void>;
  readonly turn: Turn;
}

interface Stage extends Place {
  readonly answer: Answer;
}

interface Redemption extends WaitingCall {
  readonly approve: boolean;
}

const LONGEST_TEXT = 8_000;

export function createAgent(parts: AgentParts): Agent {
  const { gate, approvals, now, processNow = Date.now, maxSteps = 12 } = parts;
  if (typeof parts.model === 'string') {
    throw new AppError('not_configured', `"${parts.model}" is only the name of a model.`, {
      hint: 'Set OPENAI_API_KEY, OPENAI_BASE_URL and KALENDS_MODEL; a bare name would be sent to somebody else’s gateway.',
    });
  }
  const tools = createModelSurface(parts.catalog, gate);
  const all = parts.foreign === undefined ? tools : withForeign(tools, parts.foreign);
  const surface = parts.scripts === undefined ? all : withScripts(all, parts.scripts);
  const threads = createThreads({ conversations: parts.conversations, approvals, processNow });
  const turns = createTurns({ leases: parts.turnLeases });
  let model: Promise<LanguageModelV4> | undefined;
  const getModel = () => {
    model ??= Promise.resolve(typeof parts.model === 'function' ? parts.model() : parts.model);
    return model;
  };

  const newMessage = (role: 'user' | 'assistant', timeZone: string, text?: string): StoredMessage => ({
    id: randomUUID(),
    role,
    parts: text === undefined ? [] : [{ type: 'text', text }],
    metadata: { createdAt: new Date(processNow()).toISOString(), timeZone },
  });

  /** Streams a turn; the conversation is free again before the stream says that it has ended. */
  function streamTurn(message: StoredMessage, place: Place, work: (stage: Stage) => Promise<LoopEnd>): ReadableStream<KalendsChunk> {
    return streamWork(async (emit) => {
      const answer = createAnswer({ message, emit });
      answer.begin();
      let end: LoopEnd;
      try {
        end = await work({ ...place, answer });
      } finally {
        await place.turn.leave();
      }
      emit({ type: 'finish', finishReason: FINISH_REASONS[end.reason], messageMetadata: answer.current().metadata });
    }, place.turn.stop);
  }

  async function goOn({ principal, conversationId, before, answer, save, turn }: Stage): Promise<LoopEnd> {
    const said = before.findLast((message) => message.role === 'user');
    return await runLoop({
      model: getModel,
      surface,
      before,
      answer,
      principal,
      conversationId,
      timeZone: said?.metadata.timeZone ?? principal.timeZone,
      utterance: said === undefined ? '' : textOf(said),
      now,
      signal: turn.signal,
      maxSteps,
      save: () => save(answer.current()),
    });
  }

  /** Runs or drops the call the person was asked about. Returns whether the question stays open. */
  async function redeem({ principal, conversationId, answer }: Stage, { data, part, approve }: Redemption): Promise<boolean> {
    const { toolCallId } = part;
    const approvalId = data.approval.id;
    const outcome = await gate.answer(approvalId, { approve, by: principal, conversationId });
    if (outcome.status === 'done') {
      answer.settle(toolCallId, toModelResult(outcome), true);
      answer.showApproval({ ...data, state: 'approved' });
      answer.showCard(toolCallId, outcome.card, toolCallId);
      return false;
    }
    if (outcome.status !== 'failed') throw new Error(`An answered approval came back as "${outcome.status}".`);
    const { error } = outcome;
    if (!approve && error.code === 'denied') {
      answer.settle(toolCallId, DENIED, false);
      answer.showApproval({ ...data, state: 'denied' });
      return false;
    }
    const hasRun = (await approvals.get(approvalId))?.state !== 'pending';
    answer.showCard(`failure-${toolCallId}`, noticeOf(error, 'Not done'), toolCallId);
    if (!hasRun && error.retryable) return true;
    // What the person saw cannot be done any more: close the question, so that no later click brings it back.
    if (!hasRun) await gate.answer(approvalId, { approve: false, by: principal, conversationId });
    answer.settle(toolCallId, toModelResult(outcome), approve);
    answer.showApproval({ ...data, state: hasRun ? 'approved' : 'stale' });
    return false;
  }

  /** A newer question about the same thing or people takes the place of older ones, so that one click cannot do both. */
  async function supersede({ principal, conversationId, before, answer }: Stage): Promise<void> {
    const asked = waitingCalls(answer.current()).map(({ data }) => data.approval);
    for (const message of before) {
      let changed = message;
      for (const { part, data } of waitingCalls(message)) {
        const { tool, input, id } = data.approval;
        if (!asked.some((newer) => newer.tool === tool && isSameSubject(newer.input, input))) continue;
        await gate.answer(id, { approve: false, by: principal, conversationId });
        changed = settleQuietly(changed, part.toolCallId, SUPERSEDED, 'stale');
      }
      if (changed !== message) await threads.save(conversationId, changed);
    }
  }

  /** Runs `begin` with the conversation to itself; the stream it returns frees the conversation, a failure does so at once. */
  async function inTurn<Result>(conversationId: string, begin: (turn: Turn) => Promise<Result>): Promise<Result> {
    const turn = await turns.enter(conversationId);
    try {
      return await begin(turn);
    } catch (error) {
      await turn.leave();
      throw error;
    }
  }

  async function send({ principal, conversationId, text, timeZone = principal.timeZone }: SentMessage) {
    checkText(text);
    checkTimeZone(timeZone);
    await threads.find(principal, conversationId);
    return await inTurn(conversationId, async (turn) => {
      const earlier = await threads.readMended(conversationId, { keep: true });
      const said = newMessage('user', timeZone, text);
      await threads.append(conversationId, said);
      if (earlier.length === 0) await threads.nameAfter(conversationId, text);
      let isKept = false;
      const save = async (message: StoredMessage) => {
        await (isKept ? threads.save(conversationId, message) : threads.append(conversationId, message));
        isKept = true;
      };
      const place = { principal, conversationId, before: [...earlier, said], save, turn };
      return streamTurn(newMessage('assistant', timeZone), place, async (stage) => {
        const end = await goOn(stage);
        if (end.reason === 'asked') await supersede(stage);
        return end;
      });
    });
  }

  async function answer({ principal, conversationId, approvalId, approve }: GivenAnswer) {
    await threads.find(principal, conversationId);
    return await inTurn(conversationId, async (turn) => {
      const messages = await threads.readMended(conversationId, { keep: true });
      const at = messages.findIndex((message) => approvalData(message, approvalId) !== undefined);
      const message = messages[at];
      if (message === undefined) throw noApproval(approvalId);
      const waiting = waitingCalls(message).find(({ data }) => data.approval.id === approvalId);
      if (waiting === undefined) throw notOpen(message, approvalId);
      const save = (changed: StoredMessage) => threads.save(conversationId, changed);
      const place = { principal, conversationId, before: messages.slice(0, at), save, turn };
      return streamTurn(message, place, async (stage) => {
        const staysOpen = await redeem(stage, { ...waiting, approve });
        await save(stage.answer.current());
        if (staysOpen || waitingCalls(stage.answer.current()).length > 0) return { reason: 'asked' };
        return await goOn(stage);
      });
    });
  }

  async function view(principal: Principal, conversationId: string): Promise<ConversationView> {
    const summary = await threads.find(principal, conversationId);
    const isBusy = await turns.isActive(conversationId);
    const messages = isBusy ? await threads.read(conversationId) : await threads.readMended(conversationId, { keep: false });
    return { ...summary, messages };
  }

  /** Its open questions are dropped with it: nobody could see any more what they were about. */
  async function remove(principal: Principal, conversationId: string): Promise<void> {
    await threads.find(principal, conversationId);
    turns.stop(conversationId);
    await inTurn(conversationId, async (turn) => {
      const open = (await threads.read(conversationId)).flatMap(waitingCalls);
      await threads.remove(principal, conversationId);
      for (const { data } of open) await gate.answer(data.approval.id, { approve: false, by: principal, conversationId });
      await turn.leave();
    });
  }

  return { list: threads.list, create: threads.create, view, remove, send, answer, close: turns.close };
}

const FINISH_REASONS = { said: 'stop', asked: 'tool-calls', failed: 'error' } as const;

function textOf({ parts }: KalendsMessage): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function checkText(text: string): void {
  if (text.trim() === '') throw new AppError('invalid_input', 'The message is empty.', { hint: 'Write what you would like to do.' });
  if (text.length <= LONGEST_TEXT) return;
  throw new AppError('invalid_input', `The message has ${text.length} characters; ${LONGEST_TEXT} is the limit.`, {
    hint: 'Say it shorter, or in two messages.',
  });
}

function noApproval(approvalId: string): AppError {
  return new AppError('not_found', `There is no approval "${approvalId}" in this conversation.`, {
    hint: 'Reload the conversation to see what is open.',
  });
}

function notOpen(message: KalendsMessage, approvalId: string): AppError {
  switch (approvalData(message, approvalId)?.state) {
    case 'approved':
      return stale('was already approved', 'The conversation shows what came of it.');
    case 'denied':
      return stale('was already denied', 'Ask for it again if you still want it.');
    case 'expired':
      return stale('has expired', 'Ask for it again if you still want it.');
    default:
      return stale('is out of date', 'Ask for it again if you still want it.');
  }
}

function stale(why: string, hint: string): AppError {
  return new AppError('stale_approval', `This approval ${why}; nothing was done now.`, { hint });
}
