import { type Command, InvalidArgumentError } from 'commander';
import { asWrite, does, group, leaf, type Report, withZone } from './command.ts';

/** `kalends lua`, `integrations:lua` and `mcp:lua`: scripts over the whole catalogue. */
export function addLua(program: Command, report: Report): void {
  addScript(program, report, "lua --eval 'return #app.integrations.cal.list_event_types()'", false);
  group(program, 'integrations', '', (integrations) =>
    addScript(integrations, report, "integrations:lua --eval 'dump(app.integrations.cal.list_event_types({ limit = 1 }))' --json", false),
  );
  group(program, 'mcp', '', (mcp) => addScript(mcp, report, "mcp:lua --eval 'dump(mcp.servers())' --json", true));
}

function addScript(parent: Command, report: Report, example: string, isMcpOnly: boolean): void {
  const what = isMcpOnly ? 'the tools of MCP servers' : 'all functions';
  const command = leaf(parent, 'lua [file]', {
    summary: `Run a Lua script over ${what}: a file, --eval, or - for standard input.`,
    example,
  })
    .option('-e, --eval <code>', 'The script itself.')
    .option('-p, --param <key=value>', 'A field of the table args; key:=json for other values than texts.', collect)
    .option('--repl', 'Type one line after another.')
    .option('--account <name>', 'Account of calls that name none; see `kalends accounts list`.')
    .option('--force', 'Pass over the policy; obeyed only if your config.json says "allowForce": true.')
    .option('--time-limit <seconds>', 'Less time than the 30 seconds of a run.', positive)
    .option('--cpu-limit <seconds>', 'The same as --time-limit.', positive)
    .option('--memory-limit <bytes>', 'Less memory than 64 MB.', positive)
    .option('--instruction-limit <count>', 'Fewer instructions.', positive)
    .option('--call-limit <count>', 'Fewer calls than 200.', positive)
    .option('--output-limit <bytes>', 'Less output than 1 MB.', positive);
  does(withZone(asWrite(command)), report, async (values, terminal, words) =>
    (await import('./commands/lua.ts')).runLua({ values, terminal, words, isMcpOnly }),
  );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}
