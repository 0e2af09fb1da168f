import type { MailLine, MailList, MailMessage } from '../../owner/correspondence.ts';
import { clean, pad, paint, widthOf } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { numberOf, positional, textOf, type Values } from './values.ts';

export async function listMails(values: Values, terminal: Terminal): Promise<number> {
  const query = new URLSearchParams();
  const state = textOf(values, 'state');
  const take = numberOf(values, 'take');
  if (state !== undefined) query.set('state', state);
  if (take !== undefined) query.set('limit', String(take));
  const { mails, notice } = await reachOwner(terminal).json<MailList>(`/owner/mails?${query}`);
  if (terminal.isJson) {
    terminal.printJson({ mails, notice });
    return 0;
  }
  terminal.print(mails.length === 0 ? 'There are no messages.' : toTable(mails));
  if (notice !== null) terminal.say(notice);
  return 0;
}

export async function showMail(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const id = positional(positionals, 'message id');
  const mail = await reachOwner(terminal).json<MailMessage>(`/owner/mails/${encodeURIComponent(id)}`);
  if (values.calendar === true) terminal.print(mail.calendar === null ? 'There is no invitation in it.' : clean(mail.calendar).trimEnd());
  else if (terminal.isJson) terminal.printJson(mail);
  else terminal.print(toText(mail, terminal));
  return 0;
}

/** Shows the setting when none is given; `null` switches reminders off. */
export async function reminders(hours: number | null | undefined, terminal: Terminal): Promise<number> {
  const owner = reachOwner(terminal);
  const setting = await owner.json<{ hours: number | null }>('/owner/reminder', hours === undefined ? {} : { body: { hours } });
  if (terminal.isJson) terminal.printJson(setting);
  else terminal.print(setting.hours === null ? 'Nobody is reminded.' : `Everybody is reminded ${setting.hours} hours before a meeting.`);
  return 0;
}

function toTable(mails: readonly MailLine[]): string {
  const rows = mails.map((mail) => [mail.id.slice(0, 8), mail.state, clean(mail.to), clean(mail.subject)]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}

function toText(mail: MailMessage, { look }: Terminal): string {
  const head = [
    ['To', mail.to],
    ['Subject', mail.subject],
    ['State', mail.error === null ? mail.state : `${mail.state}. ${mail.error}`],
    ...(mail.calendar === null ? [] : [['Invitation', `kalends mail show ${mail.id.slice(0, 8)} --calendar`]]),
  ].map(([label = '', value = '']) => `${paint(look, 'dim', label.padEnd(11))} ${clean(value)}`);
  return `${head.join('\n')}\n\n${clean(mail.text).trimEnd()}`;
}
