import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { asList, asWrite, does, group, leaf, type Report, wholeNumber } from './command.ts';

const loadServers = () => import('./commands/mcp-servers.ts');
const loadFiles = () => import('./commands/mcp-files.ts');
const loadTools = () => import('./commands/mcp-tools.ts');
const loadLogin = () => import('./commands/mcp-login.ts');
const loadSecrets = () => import('./commands/mcp-secrets.ts');

/** `kalends mcp …`, also spelled `mcp:…`: the servers of others, for you. */
export function addMcpClient(program: Command, report: Report): void {
  group(program, 'mcp', 'Give your calendar to agents that speak MCP, and use servers of others.', (mcp) => {
    fillFiles(mcp, report);
    fillTools(mcp, report);
    fillLogin(mcp, report);
    group(mcp, 'secret', 'Keep secrets of MCP servers, each for one server.', (secret) => fillSecrets(secret, report));
    fillServer(mcp, report);
  });
}

function fillFiles(mcp: Command, report: Report): void {
  does(
    asList(leaf(mcp, 'list', { summary: 'List the MCP servers that this folder and you know.', example: 'mcp:list --all --json' })).option(
      '--all',
      'Also those that are switched off.',
    ),
    report,
    async (values, terminal) => (await loadServers()).listServers(values, terminal),
  );
  does(
    asList(leaf(mcp, 'status [server]', { summary: 'Show what a server is, word for word; starts nothing.', example: 'mcp:status notes' })),
    report,
    async (_values, terminal, words) => (await loadServers()).showStatus(terminal, words),
  );
  does(
    inScope(
      leaf(mcp, 'add <name> [command-or-url] [args...]', {
        summary: 'Add an MCP server: a command after --, or an address.',
        example: 'mcp:add notes --env TOKEN -- npx -y @example/notes',
      }),
    )
      .option('--type <type>', 'stdio or http; seen by the address.')
      .option('--command <command>', 'The command, instead of a word.')
      .option('--url <url>', 'The address, instead of a word.')
      .option('--arg <text>', 'An argument of the command; once for each.', collect)
      .option(
        '--env <name[=value]>',
        `A variable of the process; a name alone refers to yours. \${secret:KEY} refers to a secret.`,
        collect,
      )
      .option('--header <name: value>', `A header of every request, like "Authorization: Bearer \${secret:TOKEN}".`, collect)
      .option('--timeout <seconds>', 'How long an answer may take; 30 by default.', wholeNumber)
      .option('--disable', 'Write it switched off.')
      .option('--replace', 'Take the place of an entry of this name.'),
    report,
    async (values, terminal, words) => (await loadServers()).addServer(values, terminal, words),
  );
  does(
    leaf(mcp, 'remove <server>', { summary: 'Take a server out of its file.', example: 'mcp:remove notes' }),
    report,
    async (_values, terminal, words) => (await loadServers()).removeServer(terminal, words),
  );
  for (const [name, isOn] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    does(
      leaf(mcp, `${name} <server>`, { summary: `Switch a server ${isOn ? 'on' : 'off'}.`, example: `mcp:${name} notes` }),
      report,
      async (_values, terminal, words) => (await loadServers()).switchServer(isOn, terminal, words),
    );
  }
  does(
    leaf(mcp, 'trust <server>', { summary: 'See exactly what a server starts, and trust it.', example: 'mcp:trust notes' }).option(
      '--yes',
      'Trust it at once; obeyed only if your config.json says "allowYes": true.',
    ),
    report,
    async (values, terminal, words) => (await loadServers()).trustServer(values, terminal, words),
  );
  does(
    inScope(
      leaf(mcp, 'import <path>', { summary: 'Take over the servers of another file, untrusted.', example: 'mcp:import mcp.json' }),
    ).option('--replace', 'Take the place of entries of the same names.'),
    report,
    async (values, terminal, words) => (await loadFiles()).importServers(values, terminal, words),
  );
  does(
    leaf(mcp, 'export', {
      summary: 'Print or write the servers for another program, without secrets.',
      example: 'mcp:export --path .vscode/mcp.json',
    })
      .option('--format <format>', 'mcp (.mcp.json), vscode or cursor; seen by the path.')
      .option('--path <file>', 'Write them into this file; what else is in it stays.')
      .option('--replace', 'Take the place of the servers in the file.'),
    report,
    async (values, terminal) => (await loadFiles()).exportServers(values, terminal),
  );
  does(
    asList(leaf(mcp, 'doctor [server]', { summary: 'Really ask every server that is on and trusted.', example: 'mcp:doctor' })),
    report,
    async (_values, terminal, words) => (await loadServers()).checkServers(terminal, words),
  );
}

function fillLogin(mcp: Command, report: Report): void {
  does(
    leaf(mcp, 'login <server>', {
      summary: 'Log in at a server that is reached by an address, in your browser.',
      example: 'mcp:login notes',
    })
      .option('--no-open', 'Only print the address of the page.')
      .option('--scope <scope>', 'Ask for this, instead of what the server names.')
      .option('--client-id <id>', 'Of a program that you registered there by hand.')
      .option('--client-secret <key>', 'Name of the kept secret with its password; see mcp:secret:set.')
      .option('--port <number>', 'Of the way back, where the registration names one.', wholeNumber),
    report,
    async (values, terminal, words) => (await loadLogin()).logInAt(values, terminal, words),
  );
  does(
    leaf(mcp, 'logout <server>', { summary: 'Forget the login at a server, and end it there.', example: 'mcp:logout notes' }),
    report,
    async (_values, terminal, words) => (await loadLogin()).logOutAt(terminal, words),
  );
}

function fillTools(mcp: Command, report: Report): void {
  does(
    asList(
      leaf(mcp, 'tools [server]', { summary: 'List the tools of the trusted servers, or of one.', example: 'mcp:tools notes --json' }),
    ),
    report,
    async (_values, terminal, words) => (await loadTools()).listTools(terminal, words),
  );
  does(
    leaf(mcp, 'schema <tool>', { summary: 'Print what a tool of a server takes.', example: 'mcp:schema notes.search' }),
    report,
    async (_values, terminal, words) => (await loadTools()).showSchema(terminal, words),
  );
  does(
    asCall(
      leaf(mcp, 'call <tool> [input...]', { summary: 'Call a tool of a server.', example: 'mcp:call notes.search --words tea --json' }),
    ),
    report,
    async (values, terminal, words) => (await loadTools()).callTool(values, terminal, words),
  );
  for (const what of ['resources', 'prompts'] as const) {
    does(
      asList(leaf(mcp, `${what} <server>`, { summary: `List the ${what} of a server.`, example: `mcp:${what} notes` })),
      report,
      async (_values, terminal, words) => (await loadTools()).listHeld(what, terminal, words),
    );
  }
  does(
    asForced(
      leaf(mcp, 'resource <server> <uri>', { summary: 'Read a resource of a server.', example: 'mcp:resource notes notes://readme' }),
    ),
    report,
    async (values, terminal, words) => (await loadTools()).readResource(values, terminal, words),
  );
  does(
    asCall(
      leaf(mcp, 'prompt <server> <name> [input...]', {
        summary: 'Fill in a prompt of a server.',
        example: 'mcp:prompt notes greet name=Ada',
      }),
    ),
    report,
    async (values, terminal, words) => (await loadTools()).fillPrompt(values, terminal, words),
  );
}

function fillSecrets(secret: Command, report: Report): void {
  does(
    leaf(secret, 'set <server> <key> [value]', {
      summary: 'Keep a secret of one server, encrypted; asks for it.',
      example: 'mcp:secret:set notes TOKEN --stdin',
    })
      .option('--stdin', 'Read it from standard input.')
      .option('--env <variable>', 'Take it from this variable of the environment.'),
    report,
    async (values, terminal, words) => (await loadSecrets()).setSecret(values, terminal, words),
  );
  does(
    asList(leaf(secret, 'list [server]', { summary: 'List the names of the secrets.', example: 'mcp:secret:list notes' })),
    report,
    async (_values, terminal, words) => (await loadSecrets()).listSecrets(terminal, words),
  );
  does(
    leaf(secret, 'unset <server> <key>', { summary: 'Forget a secret.', example: 'mcp:secret:unset notes TOKEN' }),
    report,
    async (_values, terminal, words) => (await loadSecrets()).unsetSecret(terminal, words),
  );
}

/** `mcp:notes search …`: what is no command of ours is the name of a server. */
function fillServer(mcp: Command, report: Report): void {
  const command = mcp.command('server [server] [tool] [input...]', { isDefault: true, hidden: true });
  does(asCall(command.description('Call a tool of a server by its name.')), report, async (values, terminal, words) => {
    if (words.length > 0) return (await loadTools()).callServer(values, terminal, words);
    throw new AppError('invalid_input', 'There is no command after "mcp".', { hint: 'See them all with `kalends mcp --help`.' });
  });
}

function inScope(command: Command): Command {
  return command
    .option('--global', 'Your own file, in the data directory.')
    .option('--project', "The project's .mcp.json, which its other people see too; the default.");
}

function asForced(command: Command): Command {
  return asWrite(command).option('--force', 'Pass over the policy; obeyed only if your config.json says "allowForce": true.');
}

/** Flags that are none of these are the tool's arguments. */
function asCall(command: Command): Command {
  return asForced(command)
    .option('--arg <key=value>', 'An argument; the same as key=value.', collect)
    .allowUnknownOption()
    .allowExcessArguments();
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
