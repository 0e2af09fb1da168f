import type { Command } from 'commander';
import { asList, does, group, leaf, type Report, wholeNumber } from './command.ts';

/** `kalends users`, `kalends teams` and `kalends credits`: who else uses the installation, and what they may spend. And `kalends demo`. */
export function addPeople(program: Command, report: Report): void {
  does(
    leaf(program, 'demo', { summary: 'Fill a new installation with the records that the examples of all commands name.', example: 'demo' }),
    report,
    async (_values, terminal) => (await import('./commands/demo.ts')).demonstrate(terminal),
  );
  group(program, 'users', 'Let other people use this Kalends.', (users) => fillUsers(users, report));
  group(program, 'teams', 'Let several people be booked together, or in turn.', (teams) => fillTeams(teams, report));
  group(program, 'credits', 'See and grant the credits that agents are charged.', (credits) => fillCredits(credits, report));
}

function fillUsers(users: Command, report: Report): void {
  const load = () => import('./commands/users.ts');
  does(asList(leaf(users, 'list', { summary: 'List who uses this Kalends.', example: 'users list' })), report, async (_values, terminal) =>
    (await load()).listUsers(terminal),
  );
  does(
    leaf(users, 'add <name>', { summary: 'Add a user with a key of their own.', example: 'users add ada --email ada@example.com' })
      .requiredOption('--email <email>', 'Address of the user.')
      .option('--name <name>', 'Full name; the user name by default.')
      .option('--time-zone <zone>', 'Zone of the user, like Europe/Amsterdam; yours by default.'),
    report,
    async (values, terminal, positionals) => (await load()).addUser(values, terminal, positionals),
  );
  for (const [name, summary, disabled] of [
    ['disable', 'Let the keys of a user work no more, and nobody book them.', true],
    ['enable', 'Let everything of a disabled user work again.', false],
  ] as const) {
    does(leaf(users, `${name} <name>`, { summary, example: `users ${name} grace` }), report, async (_values, terminal, positionals) =>
      (await load()).setDisabled(disabled, terminal, positionals),
    );
  }
  does(
    leaf(users, 'key <name>', { summary: 'Make one more key of a user.', example: 'users key grace --days 90' })
      .option('--days <days>', 'How long it lasts; for ever by default.', wholeNumber)
      .option('--oauth', 'Make an access and a refresh token for a client that speaks OAuth 2 instead.'),
    report,
    async (values, terminal, positionals) => (await load()).createKey(values, terminal, positionals),
  );
}

function fillTeams(teams: Command, report: Report): void {
  const loadTeams = () => import('./commands/teams.ts');
  does(
    asList(leaf(teams, 'members', { summary: 'List all teams of the installation and who is in them.', example: 'teams members' })),
    report,
    async (_values, terminal) => (await loadTeams()).listTeams(terminal),
  );
  does(
    leaf(teams, 'add <name>', { summary: 'Make a team that you own.', example: 'teams add "Customer care" --slug care' }).option(
      '--slug <slug>',
      'Its name in addresses; made from the name by default.',
    ),
    report,
    async (values, terminal, positionals) => (await loadTeams()).addTeam(values, terminal, positionals),
  );
  does(
    leaf(teams, 'member <team> <name>', {
      summary: 'Make a user a member of a team.',
      example: 'teams member sales grace --role admin',
    }).option('--role <role>', 'member, admin or owner; member by default.'),
    report,
    async (values, terminal, positionals) => (await loadTeams()).addMember(values, terminal, positionals),
  );
}

function fillCredits(credits: Command, report: Report): void {
  const loadCredits = () => import('./commands/credits.ts');
  does(
    leaf(credits, 'grant <name> <credits>', {
      summary: 'Give a user credits.',
      example: 'credits grant grace 1000 --note "for may"',
    }).option('--note <note>', 'Why; it stands in the ledger.'),
    report,
    async (values, terminal, positionals) => (await loadCredits()).grantCredits(values, terminal, positionals),
  );
  does(
    asList(leaf(credits, 'show [name]', { summary: 'Show what a user has left, and the ledger.', example: 'credits show grace' })),
    report,
    async (_values, terminal, positionals) => (await loadCredits()).showCredits(terminal, positionals),
  );
}
