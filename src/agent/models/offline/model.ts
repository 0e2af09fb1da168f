import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import { InvalidPromptError } from '@ai-sdk/provider';
import { readContext } from './context.ts';
import { bareName, CALL_TOOL, toTurns } from './conversation.ts';
import { respond } from './respond.ts';

/** A language model that needs no network: the grammar of `language/` and a plan for each kind of request. The same prompt gives the same answer. */
export function createOfflineModel(): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'kalends',
    modelId: 'kalends-offline',
    supportedUrls: {},
    async doGenerate(options) {
      options.abortSignal?.throwIfAborted();
      return generate(options);
    },
    async doStream(options) {
      options.abortSignal?.throwIfAborted();
      return { stream: toStream(generate(options), options.abortSignal) };
    },
  };
}

function generate(options: LanguageModelV4CallOptions): LanguageModelV4GenerateResult {
  const { prompt } = options;
  const context = readContext(prompt);
  if (context === undefined) {
    throw new InvalidPromptError({
      prompt,
      message: 'The system prompt has no readable <context> block with "now" and "timeZone"; the offline model needs both.',
    });
  }
  const turns = toTurns(prompt);
  const email = context.user?.email;
  const clock = { now: Date.parse(context.now), timeZone: context.timeZone };
  const step = respond({ turns, clock, ...(email === undefined ? {} : { userEmail: email }) });
  const wanted = nameTools(step.calls, options);
  const made = turns.reduce((sum, { calls }) => sum + calls.length, 0);
  const say = wanted.missing === undefined ? step.say : `I can't do that here: the tool "${wanted.missing}" is not available.`;
  const calls = wanted.missing === undefined ? wanted.calls.map((call, at) => toToolCall(call, made + at + 1)) : [];
  const content: LanguageModelV4Content[] = [
    ...(say === undefined || say === '' ? [] : [{ type: 'text' as const, text: say, ...hintsOf(step.suggestions) }]),
    ...calls,
  ];
  const finishReason: LanguageModelV4FinishReason = { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined };
  return { content, finishReason, usage: usageOf(prompt, content), warnings: [] };
}

interface NamedCall {
  readonly toolName: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly isLookup: boolean;
}

/** The calls by the names that the tools have in this prompt; the first tool that is missing. */
function nameTools(
  calls: ReturnType<typeof respond>['calls'],
  { tools = [], toolChoice }: LanguageModelV4CallOptions,
): { readonly calls: readonly NamedCall[]; readonly missing?: string } {
  const named: NamedCall[] = [];
  for (const { tool, input, isLookup } of calls) {
    const found =
      toolChoice?.type === 'none'
        ? undefined
        : (tools.find(({ name }) => name === tool || bareName(name) === tool) ?? tools.find(({ name }) => name === CALL_TOOL));
    if (found === undefined) return { calls: [], missing: tool };
    const given = found.name === CALL_TOOL ? { name: tool, arguments: input } : input;
    named.push({ toolName: found.name, input: given, isLookup: isLookup === true });
  }
  return { calls: named };
}

function toToolCall({ toolName, input, isLookup }: NamedCall, place: number): LanguageModelV4ToolCall {
  return {
    type: 'tool-call',
    toolCallId: `call-${place}`,
    toolName,
    input: JSON.stringify(input),
    // A look-up on the way to something else is not worth a card.
    ...(isLookup ? { providerMetadata: { kalends: { isLookup: true } } } : {}),
  };
}

/** Sentences that the person might want to say next, for whoever shows the answer. */
function hintsOf(suggestions: readonly string[] | undefined) {
  return suggestions === undefined || suggestions.length === 0 ? {} : { providerMetadata: { kalends: { suggestions: [...suggestions] } } };
}

/** A token is taken to be four characters; nobody is billed for it. */
function usageOf(prompt: LanguageModelV4CallOptions['prompt'], content: readonly LanguageModelV4Content[]): LanguageModelV4Usage {
  const input = Math.ceil(JSON.stringify(prompt).length / 4);
  const output = Math.ceil(JSON.stringify(content).length / 4);
  return {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: output, text: output, reasoning: 0 },
  };
}

function toStream(
  { content, finishReason, usage }: LanguageModelV4GenerateResult,
  signal: AbortSignal | undefined,
): ReadableStream<LanguageModelV4StreamPart> {
  const parts = toStreamParts(content, { finishReason, usage });
  return new ReadableStream<LanguageModelV4StreamPart>({
    async pull(controller) {
      // One part per turn of the event loop, so that what was said is on its way before more is made.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true) {
        controller.error(signal.reason);
        return;
      }
      const { value, done } = parts.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

function* toStreamParts(
  content: readonly LanguageModelV4Content[],
  end: Pick<LanguageModelV4GenerateResult, 'finishReason' | 'usage'>,
): Generator<LanguageModelV4StreamPart, undefined> {
  yield { type: 'stream-start', warnings: [] };
  for (const [at, part] of content.entries()) {
    const id = `text-${at}`;
    if (part.type === 'text') {
      yield { type: 'text-start', id };
      for (const delta of part.text.match(/\s*\S+|\s+$/g) ?? []) yield { type: 'text-delta', id, delta };
      yield { type: 'text-end', id, ...(part.providerMetadata === undefined ? {} : { providerMetadata: part.providerMetadata }) };
    } else if (part.type === 'tool-call') {
      yield { type: 'tool-input-start', id: part.toolCallId, toolName: part.toolName };
      yield { type: 'tool-input-delta', id: part.toolCallId, delta: part.input };
      yield { type: 'tool-input-end', id: part.toolCallId };
      yield part;
    }
  }
  yield { type: 'finish', ...end };
}
