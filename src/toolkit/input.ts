import { AppError } from '../errors.ts';
import { normalizeArguments, toArguments } from './arguments.ts';
import { toolName } from './catalog.ts';
import { describeIssues } from './issues.ts';
import type { Tool } from './tool.ts';

/** The tool's own input: arguments under their own names, other forms of them brought into its form, and the schema's word on the rest. */
export function parseInput(tool: Tool, given: unknown): unknown {
  const named = normalizeArguments(given ?? {}, tool.input, tool.aliases);
  const raw = toArguments(named);
  const input = raw !== undefined && tool.accept !== undefined ? normalizeArguments(tool.accept(raw), tool.input, tool.aliases) : named;
  const parsed = tool.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `${toolName(tool)}: ${describeIssues(parsed.error, input, tool.input)}.`, {
    hint: 'Correct the named values and try again; nothing was changed.',
  });
}
