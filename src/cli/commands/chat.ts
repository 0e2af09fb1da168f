import { loadConfig } from '../../config.ts';
import { AppError, toAppError } from '../../errors.ts';
import { type Conversation, openConversation } from '../conversation.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { addChunk, emptyTurn, pendingOf, type Turn } from '../turn.ts';
import { textOf, type Values } from './values.ts';

const EXIT_PENDING = 3;

/** With a text one turn; without, a conversation at the terminal. */
export async function chat(values: Values, terminal: Terminal, words: readonly string[]): Promise<number> {
  const text = words.join(' ').trim();
  if (text === '' && !terminal.canAsk) {
    throw new AppError('invalid_input', 'There is nothing to say, and no terminal to say it at.', {
      hint: 'Give the sentence: kalends chat "What do I have this week?"',
    });
  }
  const owner = reachOwner(terminal);
  const conversation = await openConversation(owner, {
    id: textOf(values, 'conversation'),
    isContinued: values.continue === true,
    timeZone: textOf(values, 'timeZone'),
  });
  if (terminal.canAsk) {
    const { converse } = await import('../converse.ts');
    const isContinued = values.continue === true || values.conversation !== undefined;
    return converse({ conversation, owner, terminal, isContinued, isYes: mayApprove(values, terminal), ...(text === '' ? {} : { text }) });
  }
  return takeTurn(conversation, text, terminal, mayApprove(values, terminal));
}

/** One turn without a person: what needs an approval is left open and named. */
async function takeTurn(conversation: Conversation, text: string, terminal: Terminal, isYes: boolean): Promise<number> {
  let turn = await collect(emptyTurn, conversation.say(text));
  for (let open = pendingOf(turn); isYes && open.length > 0; open = pendingOf(turn)) {
    for (const { approval } of open) turn = await collect(turn, conversation.answer(approval.id, true));
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
    const { describePending } = await import('../approve.ts');
    for (const approval of open) terminal.say(describePending(approval));
    return EXIT_PENDING;
  }
  // The failure has been shown as a card already.
  return turn.failure === undefined ? 0 : toAppError(turn.failure).exitCode;
}

async function collect(turn: Turn, chunks: ReturnType<Conversation['say']>): Promise<Turn> {
  let now = turn;
  for await (const chunk of chunks) now = addChunk(now, chunk);
  return now;
}

function mayApprove(values: Values, terminal: Terminal): boolean {
  if (values.yes !== true) return false;
  const { allowYes } = loadConfig(process.env);
  if (!allowYes) terminal.say('--yes is not obeyed: your config.json does not say "allowYes": true.');
  return allowYes;
}
