import { setTimeout as wait } from 'node:timers/promises';
import {
  APICallError,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4StreamPart,
  type LanguageModelV4ToolCall,
} from '@ai-sdk/provider';
import { AppError } from '../errors.ts';
import type { Answer } from './answer.ts';
import { retryAfter, toModelFailure } from './failure.ts';

export interface ModelCallOptions {
  readonly model: LanguageModelV4;
  readonly request: Pick<LanguageModelV4CallOptions, 'prompt' | 'tools' | 'toolChoice'>;
  /** Takes the text as it comes. */
  readonly answer: Answer;
  readonly signal: AbortSignal;
}

/** What a model wants after it has said its text. */
export interface ModelStep {
  readonly calls: readonly LanguageModelV4ToolCall[];
  readonly hasText: boolean;
}

const TIMEOUT_MS = 180_000;
const ATTEMPTS = 3;
const LONGEST_WAIT_SECONDS = 20;

/** Asks the model once and streams its text into the answer. Throws an `AppError` that says why the model failed or that it was stopped. */
export async function callModel({ model, request, answer, signal }: ModelCallOptions): Promise<ModelStep> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const stream = await startStream(model, { ...request, abortSignal: ended });
    return await readStream(stream, answer, ended);
  } catch (error) {
    throw toModelFailure(error, ended);
  }
}

/** Tries again while nothing has been said, as often and as soon as the service allows. */
async function startStream(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
): Promise<ReadableStream<LanguageModelV4StreamPart>> {
  for (let attempt = 1; ; attempt++) {
    try {
      options.abortSignal?.throwIfAborted();
      return (await model.doStream(options)).stream;
    } catch (error) {
      if (attempt === ATTEMPTS || !APICallError.isInstance(error) || !error.isRetryable) throw error;
      const seconds = retryAfter(error) ?? 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      if (seconds > LONGEST_WAIT_SECONDS) throw error;
      await wait(seconds * 1000, undefined, options.abortSignal === undefined ? {} : { signal: options.abortSignal });
    }
  }
}

async function readStream(stream: ReadableStream<LanguageModelV4StreamPart>, answer: Answer, signal: AbortSignal): Promise<ModelStep> {
  const texts = new Map<string, ReturnType<Answer['beginText']>>();
  const calls: LanguageModelV4ToolCall[] = [];
  let hasText = false;
  let end: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined;
  try {
    for await (const part of stream) {
      // A model that ignores its signal is still left here.
      signal.throwIfAborted();
      if (part.type === 'error') throw part.error;
      if (part.type === 'tool-call' && part.providerExecuted !== true) calls.push(part);
      if (part.type === 'finish') end = part;
      if (part.type === 'text-delta') {
        hasText ||= part.delta.trim() !== '';
        const text = texts.get(part.id) ?? answer.beginText();
        texts.set(part.id, text);
        text.write(part.delta);
      }
      if (part.type === 'text-end') {
        texts.get(part.id)?.end();
        texts.delete(part.id);
      }
      const suggestions = 'providerMetadata' in part ? part.providerMetadata?.kalends?.suggestions : undefined;
      if (Array.isArray(suggestions)) answer.suggest(suggestions.filter((item) => typeof item === 'string'));
    }
  } finally {
    for (const text of texts.values()) text.end();
  }
  const reason = end?.finishReason.unified ?? 'interrupted';
  if (reason === 'error' || reason === 'interrupted') {
    throw new AppError('upstream', "The model's answer broke off.", { hint: 'Try again in a moment.' });
  }
  if (reason === 'content-filter') {
    throw new AppError('upstream', "The model's service refused to answer this.", { hint: 'Put it in other words.' });
  }
  if (reason === 'length' && calls.length === 0) {
    throw new AppError('upstream', "The model's answer was cut off at its length limit.", { hint: 'Ask for less at a time.' });
  }
  return { calls, hasText };
}
