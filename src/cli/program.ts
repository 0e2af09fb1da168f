import { Command, InvalidArgumentError } from 'commander';
import { createTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';

type Values = Readonly<Record<string, unknown>>;
/** A command's work, told by what came on the command line; answers the exit code. */
type Work = (values: Values, terminal: Terminal, positionals: readonly string[]) => Promise<number>;

/**
 * The whole command tree. Only commander is loaded here: each command imports its work when it runs, which keeps `--help` fast.
 * `setExitCode` is told how the command ended.
 */
export function createProgram(setExitCode: (code: number) => void): Command {
  const program = new Command('kalends')
    .description('Scheduling for people and their agents.')
    .version(version, '-v, --version', 'Print the version.')
    .helpOption('-h, --help', 'Show what a command takes.')
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText('after', '\nStart with:\n  $ kalends up\n  $ kalends chat "What do I have this week?"\n  $ kalends bookings list');

  const group = (name: string, summary: string) => program.command(name).description(summary).helpCommand(false);

  const leaf = (parent: Command, usage: string, summary: string, example: string) =>
    parent
      .command(usage)
      .description(summary)
      .option('--json', 'Print JSON; the default when the output is no terminal.')
      .option('--no-json', 'Print cards as text, also into a pipe or a file.')
      .addHelpText('after', `\nExample:\n  $ kalends ${example}`);

  const does = (command: Command, work: Work) => {
    command.action(async () => {
      const values = command.opts<Values>();
      const asked = command.getOptionValueSource('json') === undefined ? undefined : values.json === true;
      setExitCode(await work(values, createTerminal({ json: asked }), command.args));
    });
  };

  const write = (command: Command) =>
    command
      .option('--yes', 'Approve at once; obeyed only if your config.json says "allowYes": true.')
      .option('--dry-run', 'Check and show what would happen; change nothing.');

  const zone = (command: Command) =>
    command.option('--time-zone <zone>', 'Zone you read and write times in, like Europe/Amsterdam; your own by default.');

  // --- the process -----------------------------------------------------------------------------------------------------------

  does(
    leaf(program, 'up', 'Run Kalends: the page, the API and your data.', 'up --port 3021 --no-open')
      .option('--port <port>', 'Port of the page and the API; also PORT.', wholeNumber)
      .option('--no-open', 'Do not open the page in a browser.')
      .option('--quiet', 'Print nothing unless something is wrong.')
      .option('--background', 'Serve only the socket, for other commands; leave when idle.'),
    async (values, terminal) => (await import('./commands/up.ts')).up(values, terminal),
  );
  does(
    leaf(program, 'open', 'Make a new link that signs a browser in.', 'open --no-browser').option('--no-browser', 'Only print the link.'),
    async (values, terminal) => (await import('./commands/open.ts')).open(values, terminal),
  );
  does(leaf(program, 'status', 'Say whether Kalends runs, and where.', 'status --json'), async (_values, terminal) =>
    (await import('./commands/process.ts')).status(terminal),
  );
  does(leaf(program, 'stop', 'End the running Kalends of this data directory.', 'stop'), async (_values, terminal) =>
    (await import('./commands/process.ts')).stop(terminal),
  );

  // --- conversation ----------------------------------------------------------------------------------------------------------

  does(
    zone(
      leaf(program, 'chat [text...]', 'Talk about your calendar; with a text, take one turn.', 'chat "What do I have this week?" --json'),
    )
      .option('--continue', 'Go on with the latest conversation.')
      .option('--conversation <id>', 'Go on with this conversation.')
      .option('--yes', 'Approve at once; obeyed only if your config.json says "allowYes": true.'),
    async (values, terminal, words) => (await import('./commands/chat.ts')).chat(values, terminal, words),
  );

  // --- bookings --------------------------------------------------------------------------------------------------------------

  const bookings = group('bookings', 'See, make, move and cancel bookings.');
  does(
    zone(leaf(bookings, 'list', 'List bookings, the coming ones by default.', 'bookings list --status past --take 5'))
      .option('--status <status...>', 'upcoming, past, cancelled, unconfirmed or recurring.')
      .option('--attendee-email <email>', 'Only bookings with this address.')
      .option('--attendee-name <name>', 'Only bookings with this name.')
      .option('--event-type-id <id>', 'Only bookings of this event type.', wholeNumber)
      .option('--after <when>', 'Only bookings that start after this: "monday", 2030-01-07.')
      .option('--before <when>', 'Only bookings that end before this.')
      .option('--take <count>', 'How many at most.', wholeNumber)
      .option('--skip <count>', 'How many to leave out first.', wholeNumber),
    async (values, terminal) => (await import('./commands/bookings.ts')).listBookings(values, terminal),
  );
  does(zone(leaf(bookings, 'get <uid>', 'Show one booking.', 'bookings get bkg_8x2m')), async (values, terminal, positionals) =>
    (await import('./commands/bookings.ts')).getBooking(values, terminal, positionals),
  );
  does(
    write(
      zone(
        leaf(
          bookings,
          'create',
          'Book a time.',
          'bookings create --event-type 30min --start "tomorrow 2pm" --name "Ada Lovelace" --email ada@example.com',
        ),
      ),
    )
      .requiredOption('--event-type <slug or id>', 'What is booked; see `kalends event-types list`.')
      .requiredOption('--start <when>', 'When: "tomorrow 2pm", 2030-01-08T14:00 or 2030-01-08T14:00:00Z.')
      .requiredOption('--name <name>', 'Name of the person.')
      .requiredOption('--email <email>', 'Email of the person.')
      .option('--attendee-time-zone <zone>', 'Zone of the person; yours by default.')
      .option('--duration <minutes>', 'Length, where the event type offers several.', wholeNumber)
      .option('--title <title>', "Title instead of the event type's.")
      .option('--notes <notes>', 'Notes for the booking.')
      .option('--guest <email...>', 'Others to invite.'),
    async (values, terminal) => (await import('./commands/bookings.ts')).createBooking(values, terminal),
  );
  does(
    write(zone(leaf(bookings, 'reschedule <uid>', 'Move a booking.', 'bookings reschedule bkg_8x2m --start "thursday 10am"')))
      .requiredOption('--start <when>', 'The new time.')
      .option('--reason <reason>', 'Why; the attendees read it.'),
    async (values, terminal, positionals) => (await import('./commands/bookings.ts')).rescheduleBooking(values, terminal, positionals),
  );
  for (const [name, summary] of [
    ['cancel', 'Cancel a booking.'],
    ['decline', 'Decline a booking that waits for your confirmation.'],
  ] as const) {
    does(
      write(zone(leaf(bookings, `${name} <uid>`, summary, `bookings ${name} bkg_8x2m --reason "I am ill"`))).option(
        '--reason <reason>',
        'Why; the attendees read it.',
      ),
      async (values, terminal, positionals) => (await import('./commands/bookings.ts')).endBooking(name, values, terminal, positionals),
    );
  }
  does(
    write(zone(leaf(bookings, 'confirm <uid>', 'Confirm a booking that waits for it.', 'bookings confirm bkg_8x2m'))),
    async (values, terminal, positionals) => (await import('./commands/bookings.ts')).endBooking('confirm', values, terminal, positionals),
  );

  // --- what can be booked ----------------------------------------------------------------------------------------------------

  const slots = group('slots', 'See free times.');
  does(
    zone(leaf(slots, 'available', 'List the free times of an event type.', 'slots available --event-type 30min --when "friday afternoon"'))
      .requiredOption('--event-type <slug or id>', 'What is to be booked; see `kalends event-types list`.')
      .option('--when <phrase>', 'Day or range: "friday afternoon", "next week", 2030-01-11.')
      .option('--start <when>', 'First day or moment, instead of --when.')
      .option('--end <when>', 'Last day or moment, instead of --when.')
      .option('--duration <minutes>', 'Length, where the event type offers several.', wholeNumber)
      .option('--reschedule-uid <uid>', 'For moving this booking: its own time counts as free.'),
    async (values, terminal) => (await import('./commands/slots.ts')).availableSlots(values, terminal),
  );
  const eventTypes = group('event-types', 'See what people can book with you.');
  does(zone(leaf(eventTypes, 'list', 'List your event types.', 'event-types list')), async (values, terminal) =>
    (await import('./commands/event-types.ts')).listEventTypes(values, terminal),
  );
  does(zone(leaf(eventTypes, 'get <slug or id>', 'Show one event type.', 'event-types get 30min')), async (values, terminal, positionals) =>
    (await import('./commands/event-types.ts')).getEventType(values, terminal, positionals),
  );
  does(zone(leaf(program, 'me', 'Show who you are here.', 'me --json')), async (values, terminal) =>
    (await import('./commands/event-types.ts')).me(values, terminal),
  );

  // --- approvals and understanding -------------------------------------------------------------------------------------------

  const approvals = group('approvals', 'Answer what waits for your approval.');
  does(leaf(approvals, 'list', 'List what waits for your approval.', 'approvals list'), async (_values, terminal) =>
    (await import('./commands/approvals.ts')).listApprovals(terminal),
  );
  for (const [name, summary] of [
    ['approve', 'Do what was asked for, exactly as it was shown.'],
    ['deny', 'Refuse it; nothing is changed.'],
  ] as const) {
    does(leaf(approvals, `${name} <id>`, summary, `approvals ${name} 6f1c2d34`), async (_values, terminal, positionals) =>
      (await import('./commands/approvals.ts')).answer(name === 'approve', terminal, positionals),
    );
  }
  does(
    leaf(
      program,
      'understand <text...>',
      'Show what a sentence about scheduling is understood to mean.',
      'understand "lunch with Ada on friday" --now 2030-01-07T08:00:00Z --zone Europe/Amsterdam --json',
    )
      .option('--now <instant>', 'The moment it is said; this one by default.')
      .option('--zone <zone>', "Zone of the speaker; the system's by default."),
    async (values, terminal, words) => (await import('./commands/understand.ts')).understand(values, terminal, words),
  );

  return program;
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
