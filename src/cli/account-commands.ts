import type { Command } from 'commander';
import { asList, does, group, leaf, type Report } from './command.ts';

/** `kalends accounts` and `kalends doctor`: who you are at Cal.com and Whereby, and whether all is well. */
export function addAccounts(program: Command, report: Report): void {
  group(program, 'accounts', 'Work on accounts of Cal.com and Whereby.', (accounts) => fillAccounts(accounts, report));
  does(
    asList(leaf(program, 'doctor', { summary: 'Look whether everything is in order.', example: 'doctor --live' }))
      .option('--live', 'Really call each account: key, versions, what it may read, clock, rate limit.')
      .addHelpText(
        'after',
        '\nExit codes: 0 all is well, warnings too; 1 something of this installation is broken; 4 an account has no valid key; 5 a key may read nothing; 6 an account cannot be reached; 7 a rate limit is used up.',
      ),
    report,
    async (values, terminal) => (await import('./commands/doctor.ts')).doctor(values, terminal),
  );
}

function fillAccounts(accounts: Command, report: Report): void {
  const load = () => import('./commands/accounts.ts');
  does(
    asList(leaf(accounts, 'list', { summary: 'List the accounts; keys are masked.', example: 'accounts list' })),
    report,
    async (_values, terminal) => (await load()).listAccounts(terminal),
  );
  does(
    leaf(accounts, 'add <provider> [name]', { summary: 'Store an account, encrypted; asks for its key.', example: 'accounts add cal work' })
      .option('--stdin', 'Read the key from standard input.')
      .option('--from-env <variable>', 'Take the key from this variable of the environment.')
      .option('--key <key>', 'The key itself. Others on this machine may see it, and your shell remembers it: better use one of the above.')
      .option('--url <url>', 'Address of a server of your own; the provider by default.')
      .option('--expires <day>', 'When the key ends, like 2030-12-31, so that you are reminded.')
      .option('--replace', 'Give an account that is there the new key; it counts from the next call on.')
      .option('--no-test', 'Store it without calling it first.'),
    report,
    async (values, terminal, positionals) => (await load()).addAccount(values, terminal, positionals),
  );
  does(
    leaf(accounts, 'test [provider] [name]', { summary: 'Really call an account, or all of them.', example: 'accounts test cal local' }),
    report,
    async (_values, terminal, positionals) => (await load()).testAccounts(terminal, positionals),
  );
  does(
    leaf(accounts, 'rename <provider> <name> <new-name>', {
      summary: 'Give a stored account another name.',
      example: 'accounts rename cal work office',
    }),
    report,
    async (_values, terminal, positionals) => (await load()).renameAccount(terminal, positionals),
  );
  does(
    leaf(accounts, 'remove <provider> <name>', { summary: 'Forget a stored account and its key.', example: 'accounts remove cal work' }),
    report,
    async (_values, terminal, positionals) => (await load()).removeAccount(terminal, positionals),
  );
  does(
    leaf(accounts, 'default <provider> <name>', {
      summary: 'Choose where calls go that name no account; "local" is here.',
      example: 'accounts default cal local',
    }),
    report,
    async (_values, terminal, positionals) => (await load()).chooseAccount(terminal, positionals),
  );
}
