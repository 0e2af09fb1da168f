import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { asList, does, group, leaf, type Report, wholeNumber } from './command.ts';

/** `kalends mail` and `kalends feeds`: what goes out to people and their calendar programs. */
export function addMail(program: Command, report: Report): void {
  group(program, 'mail', 'See the messages to those who take part, and remind them.', (mail) => fillMail(mail, report));
  group(program, 'feeds', 'Let a calendar program subscribe to your bookings.', (feeds) => fillFeeds(feeds, report));
}

function fillMail(mail: Command, report: Report): void {
  const load = () => import('./commands/mail.ts');
  does(
    asList(leaf(mail, 'list', { summary: 'List the messages, the newest first.', example: 'mail list --state kept' }))
      .option('--state <state>', 'Only queued, sent, kept, held or failed ones.')
      .option('--take <count>', 'How many at most; 50 by default.', wholeNumber),
    report,
    async (values, terminal) => (await load()).listMails(values, terminal),
  );
  does(
    leaf(mail, 'show <id>', { summary: 'Show one message; the start of its id is enough.', example: 'mail show 6f1c2d34' }).option(
      '--calendar',
      'Print the invitation in it instead, as a calendar file.',
    ),
    report,
    async (values, terminal, positionals) => (await load()).showMail(values, terminal, positionals),
  );
  const reminders = { summary: 'Remind everybody some hours before your meetings, or "off".', example: 'mail reminders 24' };
  does(leaf(mail, 'reminders [hours]', reminders), report, async (_values, terminal, [hours]) =>
    (await load()).reminders(hours === undefined ? undefined : toHours(hours), terminal),
  );
}

function fillFeeds(feeds: Command, report: Report): void {
  for (const [name, summary] of [
    ['show', 'Print the private address of your calendar.'],
    ['reset', 'Make a new address; the old one stops working.'],
  ] as const) {
    does(leaf(feeds, name, { summary, example: `feeds ${name}` }), report, async (_values, terminal) =>
      (await import('./commands/feeds.ts')).feed(name, terminal),
    );
  }
}

function toHours(text: string): number | null {
  if (text === 'off') return null;
  const hours = Number(text);
  if (/^\d{1,3}(\.\d+)?$/.test(text) && hours >= 0.25 && hours <= 720) return hours;
  throw new AppError('invalid_input', `"${text}" is no time before a meeting.`, {
    hint: 'Write hours from 0.25 to 720, or "off": kalends mail reminders 24',
  });
}
