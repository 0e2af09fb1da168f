import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { AppError, toAppError } from '../../errors.ts';
import type { OwnerClient } from '../../owner/client.ts';
import type { CommandDescription } from '../../surfaces/cli.ts';
import { nameTools } from '../../surfaces/naming.ts';
import { toCommandLine } from '../../surfaces/samples.ts';
import { createToolNames } from '../../surfaces/tool-names.ts';
import type { GateOutcome } from '../../toolkit/call.ts';
import { gatherInput, takeFlags } from '../arguments.ts';
import { leavePending, requestTool, showOutcome, whileWorking } from '../call.ts';
import { sayReport, toFailureReport } from '../failure.ts';
import { parseFormat } from '../format.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { readDocs } from './integrations.ts';
import { callOptions, listOf, textOf, type Values } from './values.ts';

export interface ProviderCall {
  readonly namespace: string;
  readonly values: Values;
  readonly terminal: Terminal;
  readonly words: readonly string[];
}

/** `integrations:cal list_bookings …`; without a function the provider's page. */
export function callProvider(
  descriptions: readonly CommandDescription[],
  { namespace, values, terminal, words }: ProviderCall,
): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) return readDocs(descriptions, { values: {}, terminal, words: [namespace], isExamples: false });
  return callIntegration(descriptions, values, terminal, [name.includes('.') ? name : `${namespace}.${name}`, ...rest]);
}

/** `integrations:call cal.list_bookings …`: the gate's outcome as an envelope for programs, as a card for people. */
export async function callIntegration(
  descriptions: readonly CommandDescription[],
  values: Values,
  terminal: Terminal,
  [name = '', ...words]: readonly string[],
): Promise<number> {
  const startedAt = performance.now();
  const { description, account } = createToolNames(descriptions).get(name);
  const to = { schema: description.schema, aliases: description.aliases, positionals: [] };
  const pairs = listOf(values, 'arg') ?? [];
  const strange = pairs.find((pair) => !pair.includes('='));
  if (strange !== undefined) {
    throw new AppError('invalid_input', `--arg "${strange}" has no "=".`, { hint: 'Write it like --arg status=upcoming.' });
  }
  const flags = takeFlags(words, to);
  const sources = { readFile: (path: string) => readFileSync(path, 'utf8'), readStandardInput: () => readAll(process.stdin) };
  // What stands in flags wins over a payload.
  const input = { ...(await gatherInput([...flags.rest, ...pairs], to, sources)), ...flags.input };
  const owner = reachOwner(terminal);
  const options = callOptions(values);
  const chosen = options.account ?? account;
  const call = { tool: description.tool, input, ...options, ...(chosen === undefined ? {} : { account: chosen }) };
  const wanted = textOf(values, 'format');
  const format = wanted === undefined ? undefined : parseFormat(wanted);
  const outcome = withSample(await whileWorking(requestTool(call, owner)), description, descriptions);
  if (format !== undefined && format !== 'json') return showOutcome(outcome, terminal.withFormat(format), owner);
  const meta = {
    dry_run: options.dryRun === true,
    operation: description.effect === 'read' ? 'read' : 'write',
    effect: description.effect,
    permission_bypassed: options.force === true && outcome.status === 'done',
    account: chosen ?? null,
  };
  const told = format === undefined ? terminal : terminal.withFormat(format);
  return tellOutcome({ name: description.tool, outcome, meta, startedAt }, told, owner);
}

/** What is wrong with the values, with a call that is right; functions by their full names. */
function withSample(outcome: GateOutcome, { tool, example }: CommandDescription, all: readonly CommandDescription[]): GateOutcome {
  if (outcome.status !== 'failed' || outcome.error.hint === undefined) return outcome;
  const { error } = outcome;
  const hint = outcome.error.hint.startsWith('Correct the named values')
    ? `For example: kalends ${toCommandLine({ tool, example })}`
    : nameTools(outcome.error.hint, all, (described) => described.tool);
  return { ...outcome, error: { ...error, hint } };
}

interface Told {
  readonly name: string;
  readonly outcome: GateOutcome;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly startedAt: number;
}

/** The gate's outcome as an envelope for programs, as a card for people. */
export async function tellOutcome({ name, outcome, meta, startedAt }: Told, terminal: Terminal, owner: OwnerClient): Promise<number> {
  if (!terminal.isJson) return showOutcome(outcome, terminal, owner);
  const about = { function: name, success: false, data: null, error: null, meta, duration_ms: Math.round(performance.now() - startedAt) };
  switch (outcome.status) {
    case 'done':
      terminal.printJson({ ...about, success: true, data: outcome.output });
      return 0;
    case 'planned':
      terminal.printJson({ ...about, success: true, plan: outcome });
      return 0;
    case 'failed':
      sayReport({ ...about, ...toFailureReport(outcome.error) }, terminal);
      return toAppError(outcome.error).exitCode;
    case 'pending':
      return leavePending(outcome.approval, terminal, about);
  }
}
