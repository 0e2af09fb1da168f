import type { ApprovalData, CardData, KalendsChunk } from '../agent/messages.ts';
import { AppError, type ErrorEnvelope } from '../errors.ts';

/** All that one answer brought, for those who want it as a whole. */
export interface Turn {
  readonly text: string;
  /** By their parts' ids: a later part with the same id replaces the earlier one. */
  readonly cards: ReadonlyMap<string, CardData>;
  /** The newest state of each question, by its id. */
  readonly approvals: ReadonlyMap<string, ApprovalData>;
  readonly suggestions: readonly string[];
  /** Why the answer ended early. */
  readonly failure?: ErrorEnvelope;
}

export const emptyTurn: Turn = { text: '', cards: new Map(), approvals: new Map(), suggestions: [] };

/** The events of a UI message stream. */
export async function* readChunks(stream: AsyncIterable<string>): AsyncIterable<KalendsChunk> {
  let rest = '';
  for await (const piece of stream) {
    rest += piece;
    const events = rest.split(/\r?\n\r?\n/);
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
        .join('\n');
      if (data === '' || data === '[DONE]') continue;
      yield JSON.parse(data) as KalendsChunk; // our own web server wrote it
    }
  }
}

/** The turn after one more event. Throws what the stream reports as its failure. */
export function addChunk(turn: Turn, chunk: KalendsChunk): Turn {
  switch (chunk.type) {
    case 'text-start':
      return turn.text === '' ? turn : { ...turn, text: `${turn.text}\n\n` };
    case 'text-delta':
      return { ...turn, text: turn.text + chunk.delta };
    case 'data-card':
      return { ...turn, cards: new Map(turn.cards).set(chunk.id ?? `card ${turn.cards.size}`, chunk.data) };
    case 'data-approval':
      return { ...turn, approvals: new Map(turn.approvals).set(chunk.data.approval.id, chunk.data) };
    case 'data-suggestions':
      return { ...turn, suggestions: chunk.data.suggestions };
    case 'start':
    case 'message-metadata':
    case 'finish':
      return chunk.messageMetadata?.error === undefined ? turn : { ...turn, failure: chunk.messageMetadata.error };
    case 'error':
      throw new AppError('upstream', chunk.errorText);
    default:
      return turn;
  }
}

export function pendingOf(turn: Turn): readonly ApprovalData[] {
  return [...turn.approvals.values()].filter(({ state }) => state === 'pending');
}
