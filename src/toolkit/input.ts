import { AppError } from '../errors.ts';
import { normalizeArguments, toArguments } from './arguments.ts';
import { toolName } from './catalog.ts';
import { describeIssues } from './issues.ts';
import type { Tool, ToolContext } from './tool.ts';

/** The tool's own input: arguments under their own names, other forms of them brought into its form, and the schema's word on the rest. */
export function parseInput(tool: Tool, given: unknown): unknown {
  const input = toOwnForm(tool, given);
  const parsed = tool.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `${toolName(tool)}: ${describeIssues(parsed.error, input, tool.input)}.`, {
    hint: 'Correct the named values and try again; nothing was changed.',
  });
}

function toOwnForm(tool: Tool, given: unknown): unknown {
  const named = normalizeArguments(given ?? {}, tool.input, tool.aliases);
  const raw = toArguments(named);
  return raw !== undefined && tool.accept !== undefined ? normalizeArguments(tool.accept(raw), tool.input, tool.aliases) : named;
}

/** The refusal of an incomplete input together with what the world asks for beside it: one question for the person instead of two. */
export async function withMore(refusal: unknown, { tool, given, context }: Incomplete): Promise<unknown> {
  if (tool.lacks === undefined || !(refusal instanceof AppError)) return refusal;
  const raw = toArguments(toOwnForm(tool, given));
  const more = raw === undefined ? undefined : await tool.lacks(raw, context);
  if (more === undefined) return refusal;
  const { hint = refusal.hint, details } = more;
  return new AppError('invalid_input', `${refusal.message} ${more.message}`, {
    cause: more,
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
  });
}

interface Incomplete {
  readonly tool: Tool;
  readonly given: unknown;
  readonly context: ToolContext;
}
