import { AppError } from '../../errors.ts';
import type { GateOutcome } from '../../toolkit/call.ts';
import { showOutcome } from '../call.ts';
import { reachOwner } from '../owner.ts';
import { findProjectFiles } from '../project-files.ts';
import type { Terminal } from '../terminal.ts';
import { callOptions, type Values } from './values.ts';

/** `kalends undo [ID|last]` */
export async function undo(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [wanted = 'last'] = positionals;
  const owner = reachOwner(terminal);
  const { account, ...options } = callOptions(values);
  const utterance = ['kalends', ...process.argv.slice(2)].join(' ');
  const body = { id: toEntry(wanted), ...options, utterance, projectFiles: findProjectFiles() };
  const outcome = await owner.json<GateOutcome>('/owner/undo', { body });
  const exitCode = await showOutcome(outcome, terminal, owner);
  if (outcome.status === 'done' && outcome.journalId !== undefined && !terminal.isJson) {
    terminal.say(`Do it again with \`kalends undo ${outcome.journalId}\`.`);
  }
  return exitCode;
}

/** A number as `kalends journal list` shows it. */
export function toEntry(text: string): number | 'last' {
  if (text === 'last') return text;
  if (/^#?\d{1,15}$/.test(text)) return Number(text.replace('#', ''));
  throw new AppError('invalid_input', `"${text}" is no entry of the journal.`, {
    hint: 'Use a number that `kalends journal list` shows, or "last".',
  });
}
