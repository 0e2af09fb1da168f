import type { Command } from 'commander';
import type { CommandDescription } from '../surfaces/cli.ts';
import { addAccounts } from './account-commands.ts';
import { addCatalog } from './catalog-commands.ts';
import { asWrite, createRoot, does, group, leaf, type Report, wholeNumber, withZone } from './command.ts';
import { addIntegrations } from './integration-commands.ts';
import { addJournal } from './journal-commands.ts';
import { addKeeping } from './keeping-commands.ts';
import { addMail } from './mail-commands.ts';
import { addMcp } from './mcp-commands.ts';
import { addPeople } from './people-commands.ts';
import { addShell } from './shell-commands.ts';
import { addWhereby } from './whereby-commands.ts';

/**
 * The whole command tree. Only commander is loaded here: each command imports its work when it runs, which keeps `--help` fast.
 * `report` is told the exit code of the command that ran.
 */
export function createProgram(report: Report, descriptions: readonly CommandDescription[]): Command {
  const program = createRoot().addHelpText(
    'after',
    '\nStart with:\n  $ kalends up\n  $ kalends chat "What do I have this week?"\n  $ kalends bookings list\n\nEvery command has its own --help with an example.',
  );
  addProcess(program, report);
  addChat(program, report);
  addBookings(program, report);
  addBookables(program, report);
  addApprovals(program, report);
  addPeople(program, report);
  addAccounts(program, report);
  addKeeping(program, report);
  addJournal(program, report);
  addMail(program, report);
  addWhereby(program, report);
  addCatalog(program, report, descriptions);
  addIntegrations(program, report, descriptions);
  addMcp(program, report);
  addShell(program, report);
  return program;
}

function addProcess(program: Command, report: Report): void {
  does(
    leaf(program, 'up', { summary: 'Run Kalends: the page, the API and your data.', example: 'up --port 3021 --no-open' })
      .option('--port <port>', 'Port of the page and the API; also PORT.', wholeNumber)
      .option('--no-open', 'Do not open the page in a browser.')
      .option('--quiet', 'Print nothing unless something is wrong.')
      .option('--background', 'Serve only the socket, for other commands; leave when idle.'),
    report,
    async (values, terminal) => (await import('./commands/up.ts')).up(values, terminal),
  );
  does(
    leaf(program, 'open', { summary: 'Make a new link that signs a browser in.', example: 'open --no-browser' }).option(
      '--no-browser',
      'Only print the link.',
    ),
    report,
    async (values, terminal) => (await import('./commands/open.ts')).open(values, terminal),
  );
  does(
    leaf(program, 'status', { summary: 'Say whether Kalends runs, and where.', example: 'status --json' }),
    report,
    async (_values, terminal) => (await import('./commands/process.ts')).status(terminal),
  );
  does(leaf(program, 'stop', { summary: 'End the running Kalends.', example: 'stop' }), report, async (_values, terminal) =>
    (await import('./commands/process.ts')).stop(terminal),
  );
}

function addChat(program: Command, report: Report): void {
  const example = 'chat "What do I have this week?" --json';
  const command = leaf(program, 'chat [text...]', { summary: 'Talk about your calendar; with a text, take one turn.', example })
    .option('--continue', 'Go on with the latest conversation.')
    .option('--conversation <id>', 'Go on with this conversation.')
    .option('--yes', 'Approve at once; obeyed only if your config.json says "allowYes": true.');
  does(withZone(command), report, async (values, terminal, words) => (await import('./commands/chat.ts')).chat(values, terminal, words));
}

function addBookings(program: Command, report: Report): void {
  group(program, 'bookings', 'See, make, move and cancel bookings.', (bookings) => fillBookings(bookings, report));
}

function fillBookings(bookings: Command, report: Report): void {
  const load = () => import('./commands/bookings.ts');
  does(
    withZone(
      leaf(bookings, 'list', { summary: 'List bookings.', example: 'bookings list --status upcoming --take 5' })
        .option('--status <status...>', 'Only upcoming, past, cancelled, unconfirmed or recurring ones.')
        .option('--attendee-email <email>', 'Only bookings with this address.')
        .option('--attendee-name <name>', 'Only bookings with this name.')
        .option('--event-type-id <id>', 'Only bookings of this event type.', wholeNumber)
        .option('--after <when>', 'Only bookings from this day or time on: "monday", 2030-01-07.')
        .option('--before <when>', 'Only bookings up to this day, that day included, or up to this time.')
        .option('--take <count>', 'How many at most.', wholeNumber)
        .option('--skip <count>', 'How many to leave out first.', wholeNumber),
    ),
    report,
    async (values, terminal) => (await load()).listBookings(values, terminal),
  );
  does(
    withZone(leaf(bookings, 'get <uid>', { summary: 'Show one booking.', example: 'bookings get bkg_8x2m' })),
    report,
    async (values, terminal, positionals) => (await load()).getBooking(values, terminal, positionals),
  );
  const example = 'bookings create --event-type 30min --start "tomorrow 2pm" --name "Ada Lovelace" --email ada@example.com';
  does(
    withZone(
      asWrite(
        leaf(bookings, 'create', { summary: 'Book a time.', example })
          .requiredOption('--event-type <slug or id>', 'What is booked; see `kalends event-types list`.')
          .requiredOption('--start <when>', 'When: "tomorrow 2pm", 2030-01-08T14:00 or 2030-01-08T14:00:00Z.')
          .requiredOption('--name <name>', 'Name of the person.')
          .requiredOption('--email <email>', 'Email of the person.')
          .option('--attendee-time-zone <zone>', 'Zone of the person; yours by default.')
          .option('--duration <minutes>', 'Length, where the event type offers several.', wholeNumber)
          .option('--title <title>', "Title instead of the event type's.")
          .option('--notes <notes>', 'Notes for the booking.')
          .option('--guest <email...>', 'Others to invite.'),
      ),
    ),
    report,
    async (values, terminal) => (await load()).createBooking(values, terminal),
  );
  const moving = 'bookings reschedule bkg_8x2m --start "thursday 10am"';
  does(
    withZone(
      asWrite(
        leaf(bookings, 'reschedule <uid>', { summary: 'Move a booking.', example: moving })
          .requiredOption('--start <when>', 'The new time.')
          .option('--reason <reason>', 'Why; the attendees read it.'),
      ),
    ),
    report,
    async (values, terminal, positionals) => (await load()).rescheduleBooking(values, terminal, positionals),
  );
  does(
    withZone(
      asWrite(leaf(bookings, 'confirm <uid>', { summary: 'Confirm a booking that waits for it.', example: 'bookings confirm bkg_8x2m' })),
    ),
    report,
    async (values, terminal, positionals) => (await load()).endBooking('confirm', values, terminal, positionals),
  );
  for (const [name, summary] of [
    ['cancel', 'Cancel a booking.'],
    ['decline', 'Decline a booking that waits for your confirmation.'],
  ] as const) {
    const command = leaf(bookings, `${name} <uid>`, { summary, example: `bookings ${name} bkg_8x2m --reason "I am ill"` });
    does(
      withZone(asWrite(command.option('--reason <reason>', 'Why; the attendees read it.'))),
      report,
      async (values, terminal, positionals) => (await load()).endBooking(name, values, terminal, positionals),
    );
  }
}

function addBookables(program: Command, report: Report): void {
  group(program, 'slots', 'See free times.', (slots) => fillSlots(slots, report));
  group(program, 'event-types', 'See what people can book with you.', (eventTypes) => fillEventTypes(eventTypes, report));
  does(withZone(leaf(program, 'me', { summary: 'Show who you are here.', example: 'me --json' })), report, async (values, terminal) =>
    (await import('./commands/event-types.ts')).me(values, terminal),
  );
}

function fillSlots(slots: Command, report: Report): void {
  const example = 'slots available --event-type 30min --when "friday afternoon"';
  does(
    withZone(
      leaf(slots, 'available', { summary: 'List the free times of an event type.', example })
        .requiredOption('--event-type <slug or id>', 'What is to be booked; see `kalends event-types list`.')
        .option('--when <phrase>', 'Day or range: "friday afternoon", "next week", 2030-01-11; seven days from today by default.')
        .option('--start <when>', 'First day or moment, instead of --when.')
        .option('--end <when>', 'Last day (included) or moment, instead of --when.')
        .option('--duration <minutes>', 'Length, where the event type offers several.', wholeNumber)
        .option('--reschedule-uid <uid>', 'For moving this booking: its own time counts as free.'),
    ),
    report,
    async (values, terminal) => (await import('./commands/slots.ts')).availableSlots(values, terminal),
  );
}

function fillEventTypes(eventTypes: Command, report: Report): void {
  const load = () => import('./commands/event-types.ts');
  does(
    withZone(leaf(eventTypes, 'list', { summary: 'List your event types.', example: 'event-types list' })),
    report,
    async (values, terminal) => (await load()).listEventTypes(values, terminal),
  );
  does(
    withZone(leaf(eventTypes, 'get <slug-or-id>', { summary: 'Show one event type.', example: 'event-types get 30min' })),
    report,
    async (values, terminal, positionals) => (await load()).getEventType(values, terminal, positionals),
  );
}

function addApprovals(program: Command, report: Report): void {
  const example = 'understand "lunch with Ada on friday" --now 2030-01-07T08:00:00Z --zone Europe/Amsterdam --json';
  does(
    leaf(program, 'understand <text...>', { summary: 'Show what a sentence about scheduling is understood to mean.', example })
      .option('--now <instant>', 'The moment it is said; this one by default.')
      .option('--zone <zone>', "Zone of the speaker; the system's by default."),
    report,
    async (values, terminal, words) => (await import('./commands/understand.ts')).understand(values, terminal, words),
  );
}
