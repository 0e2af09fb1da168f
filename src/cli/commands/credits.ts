import { AppError } from '../../errors.ts';
import type { CreditLine, CreditReport } from '../../owner/administration.ts';
import { clean, pad } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { given, positional, textOf, type Values } from './values.ts';

export async function grantCredits(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const username = positional(positionals, "user's name");
  const text = positionals[1] ?? '';
  if (!/^\d{1,10}$/.test(text)) throw new AppError('invalid_input', `"${text}" is not a whole number of credits.`);
  const body = given({ credits: Number(text), note: textOf(values, 'note') });
  const report = await reachOwner(terminal).json<CreditReport>(`/owner/credits/${encodeURIComponent(username)}`, { body });
  if (terminal.isJson) terminal.printJson(report);
  else terminal.print(`${report.username} now has ${report.balance} credits.`);
  return 0;
}

export async function showCredits(terminal: Terminal, [username]: readonly string[]): Promise<number> {
  const path = username === undefined ? '/owner/credits' : `/owner/credits/${encodeURIComponent(username)}`;
  const report = await reachOwner(terminal).json<CreditReport>(path);
  if (terminal.isJson) terminal.printJson(report);
  else terminal.print([`${report.username} has ${report.balance} credits.`, ...report.entries.map(toLine)].join('\n'));
  return 0;
}

function toLine({ at, kind, amount, balance, purpose, externalRef }: CreditLine): string {
  const signed = amount > 0 ? `+${amount}` : String(amount);
  const about = [purpose, externalRef].filter((part) => part !== null).map((part) => clean(part));
  return `  ${at.slice(0, 16).replace('T', ' ')}Z  ${pad(kind, 7)}  ${signed.padStart(11)}  ${String(balance).padStart(11)}  ${about.join('  ')}`.trimEnd();
}
