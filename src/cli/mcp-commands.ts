import type { Command } from 'commander';
import { does, group, leaf, type Report } from './command.ts';

/** `kalends mcp …`, also spelled `mcp:…`: Kalends for the agents of others. */
export function addMcp(program: Command, report: Report): void {
  group(program, 'mcp', 'Give your calendar to agents that speak MCP, and use servers of others.', (mcp) => fillMcp(mcp, report));
}

function fillMcp(mcp: Command, report: Report): void {
  does(
    leaf(mcp, 'serve', { summary: 'Serve MCP on standard input and output, for an editor or an agent.', example: 'mcp:serve --tools core' })
      .option('--tools <set>', 'core (the everyday ones), all, lua, or names with commas between them.')
      .option('--read-only', 'Only tools that change nothing.')
      .option('--account <name>', 'Account of calls that name none.'),
    report,
    async (values, terminal) => (await import('./commands/mcp-serve.ts')).serveMcp(values, terminal),
  );
  does(
    leaf(mcp, 'install <program>', {
      summary: 'Tell claude, cursor, vscode or another program of Kalends.',
      example: 'mcp:install cursor --dry-run',
    })
      .option('--name <name>', 'What the server is called there; kalends by default.')
      .option('--tools <set>', 'Which tools it is shown; see `kalends mcp serve --help`.')
      .option('--read-only', 'Only tools that change nothing.')
      .option('--yes', 'Write it without asking.')
      .option('--dry-run', 'Show what would be written; write nothing.'),
    report,
    async (values, terminal, positionals) => (await import('./commands/mcp-install.ts')).installMcp(values, terminal, positionals),
  );
}
