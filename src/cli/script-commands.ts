import type { Command } from 'commander';
import { addDetails, asList, does, group, leaf, type Report, wholeNumber } from './command.ts';

/** `kalends scripts …`: saved Lua scripts, run by hand, on a schedule or when something happens. */
export function addScripts(program: Command, report: Report): void {
  group(program, 'scripts', 'Save Lua scripts, and run them by hand, on a schedule or on events.', (scripts) => {
    fillSaved(scripts, report);
    fillRuns(scripts, report);
  });
}

const load = () => import('./commands/scripts.ts');
const loadRuns = () => import('./commands/script-runs.ts');

function fillSaved(scripts: Command, report: Report): void {
  const example = `scripts save standup --eval 'return #app.integrations.cal.list_bookings()' --cron "0 9 * * 1-5" --zone Europe/Berlin`;
  const save = leaf(scripts, 'save <name> [file]', { summary: 'Save a script: a file, --eval, or - for standard input.', example })
    .option('-e, --eval <code>', 'The script itself.')
    .option('--cron <schedule>', 'Run it on this schedule: minute, hour, day of the month, month, day of the week.')
    .option('--zone <zone>', 'Zone of the schedule, like Europe/Berlin; your own by default.')
    .option('--on <event>', 'Run it when this happens, like BOOKING_CREATED; once for each.', collect)
    .option('-p, --param <key=value>', 'A field of the table args; key:=json for other values than texts.', collect)
    .option('--account <name>', 'Account of calls that name none; only events of this account start it.')
    .option('--retries <count>', 'How often a run is tried again where that can help; 2 by default.', wholeNumber)
    .option('--retry-delay <seconds>', 'Before the first retry; it doubles from then on. 30 by default.', wholeNumber)
    .option('--description <text>', 'What it is for.');
  does(save, report, async (values, terminal, words) => (await load()).saveScript(values, terminal, words));
  does(
    asList(leaf(scripts, 'list', { summary: 'List your scripts, when they run next and how they ran last.', example: 'scripts list' })),
    report,
    async (_values, terminal) => (await load()).listScripts(terminal),
  );
  const show = named(scripts, 'show <name>', {
    summary: 'Show a script, its next and last runs, or one run.',
    example: 'scripts show standup',
  });
  does(show.option('--run <id>', 'This run, with its output.', wholeNumber), report, async (values, terminal, words) =>
    (await loadRuns()).showScript(values, terminal, words),
  );
  for (const [name, isOn, summary] of [
    ['enable', true, 'Let schedule and events start a script again.'],
    ['disable', false, 'Keep schedule and events from starting a script; it can still be run by hand.'],
  ] as const) {
    does(named(scripts, `${name} <name>`, { summary, example: `scripts ${name} standup` }), report, async (_values, terminal, words) =>
      (await load()).switchScript(isOn, terminal, words),
    );
  }
  const remove = named(scripts, 'remove <name>', {
    summary: 'Remove a script with its runs; the journal keeps what it did.',
    example: 'scripts remove standup --yes',
  });
  does(remove.option('--yes', 'Do not ask.'), report, async (values, terminal, words) =>
    (await load()).removeScript(values, terminal, words),
  );
}

/** A shell completes the names that are there. */
function named(scripts: Command, usage: string, words: { readonly summary: string; readonly example: string }): Command {
  const command = leaf(scripts, usage, words);
  addDetails(command, { lookUp: async () => (await load()).scriptNames() });
  return command;
}

function fillRuns(scripts: Command, report: Report): void {
  const run = named(scripts, 'run <name>', {
    summary: 'Run a script now and wait for its end.',
    example: 'scripts run standup --param days:=7 --json',
  })
    .option('-p, --param <key=value>', 'A field of the table args, over the saved ones; key:=json for other values than texts.', collect)
    .option('--dry-run', 'Plan its writes and list them; change nothing.');
  does(run, report, async (values, terminal, words) => (await loadRuns()).runScript(values, terminal, words));
  const runs = named(scripts, 'runs <name>', {
    summary: 'List the runs of a script, the newest first.',
    example: 'scripts runs standup --limit 5',
  });
  does(asList(runs).option('--limit <count>', 'How many at most; 20 by default.', wholeNumber), report, async (values, terminal, words) =>
    (await loadRuns()).listRuns(values, terminal, words),
  );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
