import type { Command } from 'commander';
import type { CommandDescription } from '../surfaces/cli.ts';
import { addAccounts } from './account-commands.ts';
import { addCatalog } from './catalog-commands.ts';
import { createRoot, does, leaf, type Report, wholeNumber, withZone } from './command.ts';
import { addIntegrations } from './integration-commands.ts';
import { addJournal } from './journal-commands.ts';
import { addKeeping } from './keeping-commands.ts';
import { addLua } from './lua-commands.ts';
import { addMail } from './mail-commands.ts';
import { addMcpClient } from './mcp-client-commands.ts';
import { addMcp } from './mcp-commands.ts';
import { addPeople } from './people-commands.ts';
import { addScripts } from './script-commands.ts';
import { addShell } from './shell-commands.ts';
import { addWhereby } from './whereby-commands.ts';

/**
 * The whole command tree. Only commander is loaded here: each command imports its work when it runs, which keeps `--help` fast.
 * `report` is told the exit code of the command that ran.
 */
export function createProgram(report: Report, descriptions: readonly CommandDescription[]): Command {
  const program = createRoot().addHelpText(
    'after',
    '\nStart with:\n  $ kalends up\n  $ kalends chat "What do I have this week?"\n  $ kalends bookings list\n\nEvery command has its own --help with an example; `kalends demo` makes what the examples name.',
  );
  addProcess(program, report);
  addChat(program, report);
  addCatalog(program, report, descriptions);
  addApprovals(program, report);
  addPeople(program, report);
  addAccounts(program, report);
  addKeeping(program, report);
  addJournal(program, report);
  addMail(program, report);
  addWhereby(program, report);
  addIntegrations(program, report, descriptions);
  addMcp(program, report);
  addMcpClient(program, report);
  addLua(program, report);
  addScripts(program, report);
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
