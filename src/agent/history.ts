import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import { type ModelResult, toResultJson, WAITING } from '../surfaces/model.ts';
import type { ToolPart } from './answer.ts';
import type { KalendsMessage, KalendsPart } from './messages.ts';

/** How many messages back a model can see. */
const WINDOW = 40;

/**
 * A stored conversation as a model reads it. Every tool call has a result, whatever became of it, as the providers demand;
 * a call whose question is still open says so.
 */
export function toPrompt(system: string, messages: readonly KalendsMessage[]): LanguageModelV4Prompt {
  const recent = messages.slice(-WINDOW);
  const start = recent.findIndex((message) => message.role === 'user');
  return [{ role: 'system', content: system }, ...recent.slice(Math.max(start, 0)).flatMap(toModelMessages)];
}

function toModelMessages({ role, parts }: KalendsMessage): LanguageModelV4Message[] {
  if (role === 'user') return [{ role, content: textsOf(parts) }];
  if (role === 'assistant') return toSteps(parts).flatMap(toStepMessages);
  return [];
}

/** What one call of the model wrote: its texts and its calls, then the results. */
function toStepMessages(parts: readonly KalendsPart[]): LanguageModelV4Message[] {
  const calls = parts.filter((part): part is ToolPart => part.type === 'dynamic-tool');
  const content = [...textsOf(parts), ...calls.map(toCall)];
  if (content.length === 0) return [];
  const said: LanguageModelV4Message = { role: 'assistant', content };
  return calls.length === 0 ? [said] : [said, { role: 'tool', content: calls.map(toResult) }];
}

function toSteps(parts: readonly KalendsPart[]): readonly (readonly KalendsPart[])[] {
  const steps: KalendsPart[][] = [[]];
  for (const part of parts) {
    if (part.type === 'step-start') steps.push([]);
    else steps.at(-1)?.push(part);
  }
  return steps;
}

function textsOf(parts: readonly KalendsPart[]): LanguageModelV4TextPart[] {
  return parts.flatMap((part) => (part.type === 'text' && part.text !== '' ? [{ type: 'text', text: part.text }] : []));
}

function toCall({ toolCallId, toolName, input }: ToolPart): LanguageModelV4ToolCallPart {
  return { type: 'tool-call', toolCallId, toolName, input: input ?? {} };
}

function toResult(part: ToolPart): LanguageModelV4ToolResultPart {
  const { toolCallId, toolName } = part;
  return { type: 'tool-result', toolCallId, toolName, output: { type: 'json', value: toResultJson(resultOf(part)) } };
}

/** What the model is told about a stored call; `Answer.settle` wrote it. */
export function resultOf(part: ToolPart): ModelResult {
  if (part.state === 'approval-requested') return WAITING;
  if (part.state === 'output-available') return part.output as ModelResult;
  const kept = part.toolMetadata?.result;
  return kept === undefined ? BROKEN_OFF : (kept as unknown as ModelResult);
}

/** The turn ended before the call did: a crash, or the machine was switched off. */
export const BROKEN_OFF: ModelResult = {
  status: 'unknown',
  message: 'This was broken off, and whether it happened is not known. Look it up before trying again.',
};
