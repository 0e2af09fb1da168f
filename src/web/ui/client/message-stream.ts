import type { KalendsChunk, KalendsMessage, KalendsPart } from '../../../agent/messages.ts';

/** A message while its stream arrives. `open` maps the id of each unfinished text to the index of its part. */
export interface StreamedMessage {
  readonly message: KalendsMessage;
  readonly open: ReadonlyMap<string, number>;
}

export function toStreamedMessage(message: KalendsMessage): StreamedMessage {
  return { message, open: new Map() };
}

/**
 * The message after one more chunk of its stream, by the rules of the AI SDK's UI message stream for the parts this page draws:
 * text, tool calls, data and steps. Other chunks change nothing. (The SDK's own reader does the same at 50 kB, gzipped.)
 */
export function applyChunk(streamed: StreamedMessage, chunk: KalendsChunk): StreamedMessage {
  const { message, open } = streamed;
  switch (chunk.type) {
    case 'start':
      return { open, message: withMetadata({ ...message, id: chunk.messageId ?? message.id }, chunk.messageMetadata) };
    case 'message-metadata':
    case 'finish':
      return chunk.messageMetadata === undefined ? streamed : { open, message: withMetadata(message, chunk.messageMetadata) };
    case 'start-step':
      return { open, message: append(message, { type: 'step-start' }) };
    case 'reset-step':
      return { open: new Map(), message: { ...message, parts: message.parts.slice(0, stepStart(message.parts)) } };
    case 'text-start':
      return {
        open: new Map(open).set(chunk.id, message.parts.length),
        message: append(message, { type: 'text', text: '', state: 'streaming' }),
      };
    case 'text-delta':
      return { open, message: changeText(message, open.get(chunk.id), (part) => ({ ...part, text: part.text + chunk.delta })) };
    case 'text-end':
      return {
        open: new Map([...open].filter(([id]) => id !== chunk.id)),
        message: changeText(message, open.get(chunk.id), (part) => ({ ...part, state: 'done' })),
      };
    case 'tool-input-start':
    case 'tool-input-available':
      return { open, message: putToolCall(message, chunk) };
    case 'tool-output-available':
      return { open, message: changeTool(message, chunk.toolCallId, { state: 'output-available', output: chunk.output }) };
    case 'tool-input-error':
    case 'tool-output-error':
      return { open, message: changeTool(message, chunk.toolCallId, { state: 'output-error', errorText: chunk.errorText }) };
    case 'tool-approval-request':
      return { open, message: changeTool(message, chunk.toolCallId, { state: 'approval-requested' }) };
    case 'tool-output-denied':
      return { open, message: changeTool(message, chunk.toolCallId, { state: 'output-denied' }) };
    case 'data-card':
    case 'data-approval':
    case 'data-suggestions':
      return { open, message: putData(message, chunk) };
    default:
      return streamed;
  }
}

type TextPart = Extract<KalendsPart, { type: 'text' }>;
type DataChunk = Extract<KalendsChunk, { type: `data-${string}` }>;
type ToolInputChunk = Extract<KalendsChunk, { type: 'tool-input-start' | 'tool-input-available' }>;
type ToolPart = Extract<KalendsPart, { toolCallId: string }>;

export function isToolPart(part: KalendsPart): part is ToolPart {
  return part.type === 'dynamic-tool' || part.type.startsWith('tool-');
}

function append(message: KalendsMessage, part: KalendsPart): KalendsMessage {
  return { ...message, parts: [...message.parts, part] };
}

function withMetadata(message: KalendsMessage, metadata: unknown): KalendsMessage {
  if (typeof metadata !== 'object' || metadata === null) return message;
  // The server sends whole or partial metadata of this one type; partial ones are merged into what is known.
  return { ...message, metadata: { ...message.metadata, ...metadata } as NonNullable<KalendsMessage['metadata']> };
}

function changeText(message: KalendsMessage, index: number | undefined, change: (part: TextPart) => TextPart): KalendsMessage {
  return { ...message, parts: message.parts.map((part, at) => (at === index && part.type === 'text' ? change(part) : part)) };
}

function putToolCall(message: KalendsMessage, chunk: ToolInputChunk): KalendsMessage {
  const isComplete = chunk.type === 'tool-input-available';
  const state = isComplete ? 'input-available' : 'input-streaming';
  const input = isComplete ? chunk.input : undefined;
  const known = message.parts.some((part) => isToolPart(part) && part.toolCallId === chunk.toolCallId);
  if (known) return changeTool(message, chunk.toolCallId, { state, input });
  const call = { toolCallId: chunk.toolCallId, state, input };
  const part = chunk.dynamic ? { type: 'dynamic-tool', toolName: chunk.toolName, ...call } : { type: `tool-${chunk.toolName}`, ...call };
  // One object stands for the SDK's union over states; the page reads only its name and state.
  return append(message, part as KalendsPart);
}

function changeTool(message: KalendsMessage, toolCallId: string, change: Readonly<Record<string, unknown>>): KalendsMessage {
  const parts = message.parts.map((part) =>
    isToolPart(part) && part.toolCallId === toolCallId ? ({ ...part, ...change } as KalendsPart) : part,
  );
  return { ...message, parts };
}

/** A data part takes the place of the earlier one with its type and id. */
function putData(message: KalendsMessage, chunk: DataChunk): KalendsMessage {
  if (chunk.transient) return message;
  const isSame = (part: KalendsPart): boolean => part.type === chunk.type && 'id' in part && part.id === chunk.id;
  // Type and data of a data chunk belong together; rebuilding the object hides that from the compiler.
  const part = { type: chunk.type, ...(chunk.id === undefined ? {} : { id: chunk.id }), data: chunk.data } as KalendsPart;
  if (chunk.id === undefined || !message.parts.some(isSame)) return append(message, part);
  return { ...message, parts: message.parts.map((other) => (isSame(other) ? part : other)) };
}

/** Where the parts of the current step begin. */
function stepStart(parts: readonly KalendsPart[]): number {
  return parts.findLastIndex((part) => part.type === 'step-start') + 1;
}
