import { loadConfig } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { openConversation } from '../conversation.ts';
import { takeHeadlessTurn } from '../headless-turn.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { textOf, type Values } from './values.ts';

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
  return takeHeadlessTurn({ conversation, terminal, text, isYes: mayApprove(values, terminal) });
}

function mayApprove(values: Values, terminal: Terminal): boolean {
  if (values.yes !== true) return false;
  const { allowYes } = loadConfig(process.env);
  if (!allowYes) terminal.say('--yes is not obeyed: your config.json does not say "allowYes": true.');
  return allowYes;
}
