import type { LanguageModelV4, LanguageModelV4ToolCall } from '@ai-sdk/provider';
import { AppError, type ErrorEnvelope, toErrorEnvelope } from '../errors.ts';
import { type ModelOutcome, type ModelSurface, toModelResult } from '../surfaces/model.ts';
import type { GateOutcome } from '../toolkit/call.ts';
import type { Card } from '../toolkit/card.ts';
import { toPlainCard } from '../toolkit/plain-text.ts';
import type { Principal } from '../toolkit/tool.ts';
import { type Answer, waitingCalls } from './answer.ts';
import { toPrompt } from './history.ts';
import type { KalendsMessage } from './messages.ts';
import { callModel } from './model-call.ts';
import { createSystemPrompt } from './prompt.ts';

export interface LoopOptions {
  readonly model: () => Promise<LanguageModelV4>;
  readonly surface: ModelSurface;
  /** What was said before this answer. */
  readonly before: readonly KalendsMessage[];
  readonly answer: Answer;
  readonly principal: Principal;
  readonly conversationId: string;
  readonly timeZone: string;
  /** The person's own words, for the journal. */
  readonly utterance: string;
  /** The domain clock, epoch milliseconds. */
  readonly now: () => number;
  /** Ends the model's talk and reads; a write that began is finished and kept. */
  readonly signal: AbortSignal;
  readonly maxSteps: number;
  /** Keeps the answer as it stands. */
  readonly save: () => Promise<void>;
}

/** Why the loop came to rest: the model has said all, a person is asked, or the turn failed. */
export type LoopEnd = { readonly reason: 'said' | 'asked' } | { readonly reason: 'failed'; readonly error: ErrorEnvelope };

/**
 * Lets the model speak and act until it has said all or a person is asked. The same for every model. A failure of the model ends in the answer,
 * as a card and in its metadata; what was done before stays.
 */
export async function runLoop(options: LoopOptions): Promise<LoopEnd> {
  const { answer, save } = options;
  try {
    return await takeSteps(options);
  } catch (error) {
    if (!(error instanceof AppError)) console.error(error);
    const envelope = toErrorEnvelope(error);
    answer.note({ error: envelope });
    if (envelope.code !== 'cancelled') answer.showCard('failure', noticeOf(envelope, 'No answer'));
    return { reason: 'failed', error: envelope };
  } finally {
    await save();
  }
}

async function takeSteps(options: LoopOptions): Promise<LoopEnd> {
  const { surface, before, answer, principal, timeZone, now, signal, maxSteps, save } = options;
  const model = await options.model();
  let found: readonly ShownCard[] = [];
  for (let step = 1; step <= maxSteps; step++) {
    const prompt = toPrompt(createSystemPrompt({ principal, timeZone, now: now() }), [...before, answer.current()]);
    answer.beginStep();
    const request = { prompt, tools: [...surface.tools], ...(step === maxSteps ? { toolChoice: { type: 'none' as const } } : {}) };
    const { calls, hasText } = await callModel({ model, request, answer, signal });
    if (calls.length === 0 && !hasText && found.length === 0 && !saysSomething(answer.current())) {
      throw new AppError('upstream', 'The model gave no answer.', { hint: 'Put it in other words, or try again.' });
    }
    if (calls.length === 0) {
      // Only what the last look-up found is worth showing; those before were on the way to it.
      for (const { toolCallId, card } of found) answer.showCard(toolCallId, card, toolCallId);
      answer.endStep();
      return { reason: 'said' };
    }
    if (step === maxSteps) break;
    found = await runCalls(options, calls);
    answer.endStep();
    if (waitingCalls(answer.current()).length > 0) return { reason: 'asked' };
    if (signal.aborted) throw new AppError('cancelled', 'Stopped.');
    await save();
  }
  throw new AppError('upstream', `The model was still looking things up after ${maxSteps} steps, so it was stopped.`, {
    hint: 'Ask for one thing at a time.',
  });
}

function saysSomething({ parts }: KalendsMessage): boolean {
  return parts.some((part) => part.type === 'text' || part.type === 'data-card');
}

interface ShownCard {
  readonly toolCallId: string;
  readonly card: Card;
}

/** Runs the calls of one step in their order; what they found is returned, what they changed or ask is shown at once. */
async function runCalls(options: LoopOptions, calls: readonly LanguageModelV4ToolCall[]): Promise<readonly ShownCard[]> {
  const { surface, before, answer, signal, save } = options;
  const found: ShownCard[] = [];
  for (const call of calls) {
    const toolCallId = freeId(call.toolCallId, [...before, answer.current()]);
    const { toolName } = call;
    const input = parseArguments(call.input);
    answer.callTool({ toolCallId, toolName, input: input ?? {} });
    const isRead = surface.effectOf(toolName, input) === 'read';
    // A crash during a change must find the call in the conversation.
    if (!isRead) await save();
    const outcome: ModelOutcome = refusalOf(call, input, signal) ?? (await runCall(options, { toolCallId, toolName, input }));
    if (outcome.status === 'pending') {
      answer.requestApproval(toolCallId, outcome.approval);
    } else {
      answer.settle(toolCallId, toModelResult(outcome));
      askForScript(options, outcome);
      if (surface.isSearch(toolName) || outcome.script?.isVisible === false) continue;
      if (outcome.status === 'done' && isRead) found.push(...shownCards(call, { toolCallId, card: outcome.card }));
      else if (outcome.status === 'done') answer.showCard(toolCallId, outcome.card, toolCallId);
    }
    await save();
  }
  return found;
}

/** A call of a script that waits stands in the conversation as a call of its own, as if the model had made it: its answer runs exactly it. */
function askForScript({ before, answer }: LoopOptions, { script }: ModelOutcome): void {
  for (const approval of script?.questions ?? []) {
    const toolCallId = freeId(`script-${approval.id}`, [...before, answer.current()]);
    answer.callTool({ toolCallId, toolName: 'call_tool', input: { name: approval.tool, arguments: approval.input } });
    answer.requestApproval(toolCallId, approval);
  }
}

/** A model may mark a look-up as one on the way to something else: `kalends.isLookup` in the metadata of its call. */
function shownCards({ providerMetadata }: LanguageModelV4ToolCall, card: ShownCard): readonly ShownCard[] {
  return providerMetadata?.kalends?.isLookup === true ? [] : [card];
}

function runCall(options: LoopOptions, call: { readonly toolCallId: string; readonly toolName: string; readonly input: unknown }) {
  const { surface, before, answer, principal, conversationId, timeZone, utterance, signal } = options;
  const { toolCallId, toolName: tool, input } = call;
  const turn = { conversationId, turnId: answer.current().id, toolCallId };
  return surface.run({ principal, tool, input, timeZone, ...turn, utterance, words: saidBy(before), signal });
}

/** The person's own words in the whole conversation: an address among them is no new one. */
function saidBy(messages: readonly KalendsMessage[]): readonly string[] {
  const own = messages.filter(({ role }) => role === 'user');
  return own.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
}

function parseArguments(json: string): unknown {
  try {
    return json.trim() === '' ? {} : JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Why a call is not even tried. */
function refusalOf(call: LanguageModelV4ToolCall, input: unknown, signal: AbortSignal): GateOutcome | undefined {
  if (signal.aborted) return toFailure(new AppError('cancelled', 'The person stopped this before it ran; nothing was changed.'));
  if (input !== undefined) return undefined;
  const error = new AppError('invalid_input', `The arguments of "${call.toolName}" are not JSON: "${call.input.slice(0, 80)}".`, {
    hint: 'Call it again with one JSON object.',
  });
  return toFailure(error);
}

function toFailure(error: AppError): GateOutcome {
  return { status: 'failed', error: toErrorEnvelope(error) };
}

/** Some services number the calls of each answer from zero; in a conversation an id must name one call. */
function freeId(wanted: string, messages: readonly KalendsMessage[]): string {
  const taken = new Set(messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'dynamic-tool' ? [part.toolCallId] : []))));
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted}-${count}`;
  return id;
}

/** A failure as a card. */
export function noticeOf({ message, hint }: ErrorEnvelope, status: string): Card {
  return toPlainCard({
    kind: 'notice',
    title: message,
    status: { text: status, tone: 'bad' },
    ...(hint === undefined ? {} : { note: hint }),
  });
}
