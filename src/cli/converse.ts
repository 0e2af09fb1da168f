import type { KalendsChunk } from '../agent/messages.ts';
import { AppError, toAppError } from '../errors.ts';
import type { OwnerClient } from '../owner/client.ts';
import { askApproval, describePending } from './approve.ts';
import { askLine } from './ask-line.ts';
import { chooseSlot } from './choose-slot.ts';
import { type Conversation, loadConversation } from './conversation.ts';
import { tellFailure } from './failure.ts';
import { createFlow, textWidth } from './flow.ts';
import { clean, paint, wrap } from './layout.ts';
import { writeOutput } from './output.ts';
import type { Terminal } from './terminal.ts';
import { addChunk, emptyTurn, pendingOf, type Turn } from './turn.ts';

const EXIT_PENDING = 3;

const HELP = `Say what you want, for example:
  Book a 30 minute meeting with Ada Lovelace (ada@example.com) tomorrow at 2pm
  When am I free on Friday afternoon?
A number chooses one of the free times above. Ctrl-C stops an answer; Ctrl-D or /quit leaves.`;

interface Session {
  readonly conversation: Conversation;
  readonly owner: OwnerClient;
  readonly terminal: Terminal;
  /** Approve without asking. */
  readonly isYes: boolean;
  /** Say only this and end. */
  readonly text?: string;
  readonly isContinued?: boolean;
}

/** A conversation with the person at the terminal; answers the exit code. */
export async function converse(session: Session): Promise<number> {
  const { terminal, text } = session;
  if (text !== undefined) return exitCodeOf(await takeTurn(session, text));
  await greet(session);
  let turn = session.isContinued ? await replay(session) : emptyTurn;
  const history: string[] = [];
  for (;;) {
    const line = await askLine('› ', terminal, history);
    if (line === undefined || /^\/(quit|exit|q)$/.test(line)) return 0;
    if (line === '') continue;
    if (line === '/help' || line === '?') {
      terminal.print(HELP);
      continue;
    }
    if (/^\/[a-z]+$/.test(line)) {
      terminal.say(`"${line}" is no command here; there are /help and /quit.`);
      continue;
    }
    try {
      const sentence = /^\d{1,3}$/.test(line) ? await chooseSlot(Number(line), turn, terminal) : line;
      if (sentence !== undefined) turn = await takeTurn(session, sentence);
    } catch (error) {
      // The conversation goes on after a failure: the next sentence may work.
      tellFailure(error, terminal);
    }
  }
}

async function greet({ owner, terminal }: Session): Promise<void> {
  const me = await owner.json<Greeting>('/app/me');
  const model = me.model.kind === 'offline' ? 'offline' : me.model.name;
  terminal.print(
    `${paint(terminal.look, 'bold', 'Kalends')} ${paint(terminal.look, 'dim', `· ${clean(me.user.name)}, ${me.user.timeZone} · ${model} · /help`)}`,
  );
  if (me.clock.frozen) terminal.print(paint(terminal.look, 'yellow', `The clock stands still at ${me.clock.now}.`));
  for (const notice of me.notices) terminal.print(paint(terminal.look, 'yellow', clean(notice)));
}

/** The part of `GET /app/me` that a terminal shows. */
interface Greeting {
  readonly user: { readonly name: string; readonly timeZone: string };
  readonly clock: { readonly now: string; readonly frozen: boolean };
  readonly model: { readonly kind: 'offline' | 'provider'; readonly name: string };
  readonly notices: readonly string[];
}

/** Says one sentence, shows the answer as it comes, and asks what has to be asked until nothing is open. */
async function takeTurn(session: Session, text: string): Promise<Turn> {
  const { conversation } = session;
  const turn = await show(session, emptyTurn, (signal) => conversation.say(text, signal));
  return settle(session, turn);
}

async function settle(session: Session, asked: Turn): Promise<Turn> {
  const { conversation, terminal, isYes } = session;
  let turn = asked;
  const left = new Set<string>();
  for (;;) {
    const next = pendingOf(turn).find(({ approval }) => !left.has(approval.id));
    if (next === undefined) return turn;
    const { approval } = next;
    const answer = isYes ? 'approve' : await askApproval(approval, terminal);
    // Approved unasked, it is tried once: what a passing failure leaves open is for the person to look at.
    if (isYes) left.add(approval.id);
    if (answer === 'later') {
      left.add(approval.id);
      terminal.say(describePending(approval));
    } else {
      turn = await show(session, turn, (signal) => conversation.answer(approval.id, answer === 'approve', signal));
    }
  }
}

async function show({ terminal }: Session, before: Turn, open: (signal: AbortSignal) => AsyncIterable<KalendsChunk>): Promise<Turn> {
  const stopper = new AbortController();
  const stop = () => stopper.abort();
  const flow = createFlow(terminal.look, writeOutput);
  let turn = before;
  let isFirst = true;
  // A blank line before each block, so that question, answer and card stand apart.
  const begin = () => {
    if (!isFirst || before === emptyTurn) terminal.print('');
    isFirst = false;
  };
  process.on('SIGINT', stop);
  try {
    for await (const chunk of open(stopper.signal)) {
      const isNew = chunk.type === 'data-card' && !turn.cards.has(chunk.id ?? '');
      turn = addChunk(turn, chunk);
      if (chunk.type === 'text-start') begin();
      if (chunk.type === 'text-delta') flow.write(chunk.delta);
      if (chunk.type === 'text-end') flow.end();
      if (chunk.type === 'data-card' && isNew) {
        flow.end();
        begin();
        terminal.printCard(chunk.data.card, { isNumbered: chunk.data.card.draft !== undefined });
      }
    }
  } catch (error) {
    flow.end();
    if (!(error instanceof AppError && error.code === 'cancelled')) throw error;
    terminal.say('Stopped.');
  } finally {
    process.off('SIGINT', stop);
  }
  flow.end();
  if (pendingOf(turn).length > 0 || !isFirst) terminal.print('');
  if (turn.suggestions.length > 0 && pendingOf(turn).length === 0) {
    const said = `You could say: ${turn.suggestions.map((sentence) => `"${clean(sentence)}"`).join(' or ')}`;
    terminal.print(
      `${wrap(said, textWidth(terminal.look))
        .map((line) => paint(terminal.look, 'dim', line))
        .join('\n')}\n`,
    );
  }
  return turn;
}

/** What was said before, as it would have been shown, and then what is still open. */
async function replay(session: Session): Promise<Turn> {
  const { terminal, conversation, owner } = session;
  const { messages } = await loadConversation(owner, conversation.id);
  let turn = emptyTurn;
  for (const message of messages.slice(-8)) {
    if (message.role === 'assistant') turn = emptyTurn;
    for (const part of message.parts) {
      if (part.type === 'text')
        terminal.print(`${wrap(clean(message.role === 'user' ? `› ${part.text}` : part.text), textWidth(terminal.look)).join('\n')}\n`);
      if (part.type === 'data-card') {
        turn = addChunk(turn, part);
        terminal.printCard(part.data.card, { isNumbered: part.data.card.draft !== undefined });
        terminal.print('');
      }
      if (part.type === 'data-approval') turn = addChunk(turn, part);
    }
  }
  return settle(session, turn);
}

function exitCodeOf(turn: Turn): number {
  if (pendingOf(turn).length > 0) return EXIT_PENDING;
  return turn.failure === undefined ? 0 : toAppError(turn.failure).exitCode;
}
