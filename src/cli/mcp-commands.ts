import type { Command } from 'commander';
import { does, group, leaf, type Report } from './command.ts';

/** `kalends mcp …`, also spelled `mcp:…`: Kalends for the agents of others. */
export function addMcp(program: Command, report: Report): void {
  group(program, 'mcp', 'Give your calendar to agents that speak MCP.', (mcp) => fillMcp(mcp, report));
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
}
