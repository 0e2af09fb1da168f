import { toAppError } from '../errors.ts';
import type { Conversation } from './conversation.ts';
import { sayReport, toFailureReport } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { addChunk, emptyTurn, pendingOf, type Turn } from './turn.ts';

const EXIT_PENDING = 3;

export interface HeadlessTurn {
  readonly conversation: Conversation;
  readonly terminal: Pick<Terminal, 'isJson' | 'print' | 'printJson' | 'printCard' | 'say'>;
  readonly text: string;
  /** Approve without asking. */
  readonly isYes: boolean;
}

/** One turn without a person: what needs an approval is left open and named. Answers the exit code. */
export async function takeHeadlessTurn({ conversation, terminal, text, isYes }: HeadlessTurn): Promise<number> {
  let turn = await collect(emptyTurn, conversation.say(text));
  const answered = new Set<string>();
  const unanswered = () => pendingOf(turn).find(({ approval }) => !answered.has(approval.id))?.approval.id;
  for (let id = unanswered(); isYes && id !== undefined; id = unanswered()) {
    // Once each: a question that a passing failure leaves open is for a person to look at.
    answered.add(id);
    turn = await collect(turn, conversation.answer(id, true));
  }
  const open = pendingOf(turn).map(({ approval }) => approval);
  if (terminal.isJson) {
    terminal.printJson({
      conversationId: conversation.id,
      text: turn.text,
      cards: [...turn.cards.values()].map(({ card }) => card),
      approvals: [...turn.approvals.values()].map(({ approval, state }) => ({ ...approval, state })),
      suggestions: turn.suggestions,
      ...(turn.failure === undefined ? {} : { error: turn.failure }),
    });
  } else {
    if (turn.text !== '') terminal.print(turn.text);
    for (const { card } of turn.cards.values()) terminal.printCard(card);
    for (const { card } of open) terminal.printCard(card);
  }
  if (open.length > 0) {
    const { describePending, toPendingEnvelope } = await import('./approve.ts');
    for (const approval of open) {
      if (terminal.isJson) sayReport(toFailureReport(toPendingEnvelope(approval)), terminal);
      else terminal.say(describePending(approval));
    }
    return EXIT_PENDING;
  }
  if (turn.failure === undefined) return 0;
  // People have seen it as a card already.
  if (terminal.isJson) sayReport(toFailureReport(turn.failure), terminal);
  return toAppError(turn.failure).exitCode;
}

async function collect(turn: Turn, chunks: ReturnType<Conversation['say']>): Promise<Turn> {
  let now = turn;
  for await (const chunk of chunks) now = addChunk(now, chunk);
  return now;
}
