import type { LanguageModelV4Prompt, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';

/** What a call came to, in the words of `surfaces/model`. */
export type CallResult =
  | { readonly status: 'done'; readonly output: unknown }
  | { readonly status: 'failed'; readonly error: CallFailure }
  | { readonly status: 'pending' | 'denied' | 'superseded' | 'unknown'; readonly message: string };

export interface CallFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface MadeCall {
  readonly tool: string;
  readonly result: CallResult;
}

/** One thing the person said and the calls that were made for it so far. */
export interface Turn {
  readonly said: string;
  readonly calls: readonly MadeCall[];
}

/** Calls a tool of the catalogue that is not among those of the prompt, by `{ name, arguments }`. */
export const CALL_TOOL = 'call_tool';

/** The conversation, cut into turns. Calls without a result are left out: they never ran. */
export function toTurns(prompt: LanguageModelV4Prompt): readonly Turn[] {
  const turns: { said: string; calls: MadeCall[] }[] = [];
  const innerNames = new Map<string, string>();
  for (const message of prompt) {
    if (message.role === 'user') {
      const said = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
      turns.push({ said, calls: [] });
    } else if (message.role === 'assistant' || message.role === 'tool') {
      for (const part of message.content) {
        if (part.type === 'tool-call' && part.toolName === CALL_TOOL) innerNames.set(part.toolCallId, innerName(part.input));
        if (part.type !== 'tool-result') continue;
        const tool = innerNames.get(part.toolCallId) ?? part.toolName;
        turns.at(-1)?.calls.push({ tool: bareName(tool), result: toCallResult(part.output) });
      }
    }
  }
  return turns;
}

/** "create_booking" for "cal_create_booking" and "cal.create_booking". */
export function bareName(toolName: string): string {
  return toolName.replace(/^(?:cal|whereby)[._]/, '');
}

function innerName(input: unknown): string {
  return typeof input === 'object' && input !== null && 'name' in input && typeof input.name === 'string' ? input.name : CALL_TOOL;
}

function toCallResult(output: LanguageModelV4ToolResultPart['output']): CallResult {
  switch (output.type) {
    case 'json':
      return isCallResult(output.value) ? output.value : { status: 'done', output: output.value };
    case 'execution-denied':
      return { status: 'denied', message: output.reason ?? 'The person denied this.' };
    case 'error-json':
      return { status: 'failed', error: toFailure(output.value) };
    case 'error-text':
      return { status: 'failed', error: { code: 'internal', message: output.value } };
    case 'text':
      return { status: 'unknown', message: output.value };
    default:
      return { status: 'unknown', message: 'The result could not be read.' };
  }
}

function isCallResult(value: unknown): value is CallResult {
  if (typeof value !== 'object' || value === null || !('status' in value)) return false;
  if (value.status === 'done') return 'output' in value;
  if (value.status === 'failed') return 'error' in value && typeof value.error === 'object' && value.error !== null;
  return typeof value.status === 'string' && 'message' in value && ['pending', 'denied', 'superseded', 'unknown'].includes(value.status);
}

function toFailure(value: unknown): CallFailure {
  const inner = typeof value === 'object' && value !== null && 'error' in value ? value.error : value;
  if (typeof inner === 'object' && inner !== null && 'message' in inner && typeof inner.message === 'string') {
    return { code: 'code' in inner && typeof inner.code === 'string' ? inner.code : 'internal', message: inner.message };
  }
  return { code: 'internal', message: 'Something went wrong.' };
}
