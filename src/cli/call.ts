import { toAppError } from '../errors.ts';
import type { OwnerClient } from '../owner/client.ts';
import type { PendingApproval } from '../toolkit/approval.ts';
import type { GateOutcome } from '../toolkit/call.ts';
import { sayReport, toFailureReport } from './failure.ts';
import { clean } from './layout.ts';
import { reachOwner } from './owner.ts';
import { findProjectFiles } from './project-files.ts';
import { findProjectRoot } from './project-root.ts';
import type { Terminal } from './terminal.ts';

const EXIT_PENDING = 3;

export interface ToolCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly timeZone?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly account?: string | undefined;
}

/** Calls a tool through the owner's gate, asks the person where the gate asks, prints the result; answers the exit code. */
export async function callTool(call: ToolCall, terminal: Terminal, owner: OwnerClient = reachOwner(terminal)): Promise<number> {
  const outcome = await whileWorking(requestTool(call, owner));
  if (outcome.status === 'pending' && call.yes && !terminal.canAsk) {
    terminal.say('--yes was not obeyed: your config.json does not say "allowYes": true.');
  }
  return showOutcome(outcome, terminal, owner);
}

const PATIENCE_MS = 1_000;

/** Says on a terminal that work goes on, when it takes longer than one waits without a word; the line is gone when the work is done. */
export async function whileWorking<Result>(work: Promise<Result>): Promise<Result> {
  // Also beside a result that goes elsewhere; never into a log.
  if (process.stderr.isTTY !== true || process.env.TERM === 'dumb') return work;
  const startedAt = performance.now();
  const timer = setInterval(() => {
    process.stderr.write(`\r\u001b[KWorking … ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  }, PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (performance.now() - startedAt >= PATIENCE_MS) process.stderr.write('\r\u001b[K');
  }
}

/** One call through the owner's gate, told with the command line it came from. */
export function requestTool(call: ToolCall, owner: OwnerClient): Promise<GateOutcome> {
  const utterance = ['kalends', ...process.argv.slice(2)].join(' ');
  // Only servers of others belong to a folder.
  const project = call.tool.startsWith('mcp.') ? { project: findProjectRoot() } : {};
  return owner.json('/owner/call', { body: { ...call, ...project, surface: 'terminal', utterance, projectFiles: findProjectFiles() } });
}

export async function showOutcome(outcome: GateOutcome, terminal: Terminal, owner: OwnerClient): Promise<number> {
  switch (outcome.status) {
    case 'done':
      await terminal.printResult(outcome.output, outcome.card);
      return 0;
    case 'planned':
      if (terminal.isJson) terminal.printJson(outcome);
      else showPlan(outcome, terminal);
      terminal.say('A dry run: nothing was changed.');
      return 0;
    case 'failed':
      throw toAppError(outcome.error);
    case 'pending':
      return settle(outcome.approval, terminal, owner);
  }
}

const SAID = { allow: 'let it happen', ask: 'ask you', deny: 'refuse it' } as const;

/** What would happen, and the very requests that would go out. */
function showPlan({ card, requests, verdict }: Extract<GateOutcome, { readonly status: 'planned' }>, terminal: Terminal): void {
  terminal.printCard(card);
  for (const { method, url, headers, body } of requests) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const text = body === null ? [] : ['', typeof body === 'string' ? body : JSON.stringify(body, null, 2)];
    terminal.print([`${method} ${url}`, ...lines, ...text, ''].map(clean).join('\n'));
  }
  terminal.say(`The policy would ${SAID[verdict]}.`);
}

async function settle(approval: PendingApproval, terminal: Terminal, owner: OwnerClient): Promise<number> {
  if (terminal.canAsk) {
    const { askApproval } = await import('./approve.ts');
    const answer = await askApproval(approval, terminal);
    if (answer !== 'later') return answerApproval(approval.id, answer === 'approve', terminal, owner);
  }
  return leavePending(approval, terminal);
}

/** Leaves a question open and tells how it is answered; `about` is what a caller's own envelope has beside the error. */
export async function leavePending(approval: PendingApproval, terminal: Terminal, about: object = {}): Promise<number> {
  const { describePending, toPendingEnvelope } = await import('./approve.ts');
  if (terminal.isJson) {
    terminal.printJson({ status: 'pending', approval });
    sayReport({ ...about, ...toFailureReport(toPendingEnvelope(approval)) }, terminal);
  } else {
    if (!terminal.canAsk) terminal.printCard(approval.card);
    terminal.say(describePending(approval));
  }
  return EXIT_PENDING;
}

export async function answerApproval(id: string, approve: boolean, terminal: Terminal, owner: OwnerClient): Promise<number> {
  const outcome = await owner.json<GateOutcome>(`/owner/approvals/${encodeURIComponent(id)}`, { body: { approve } });
  return showOutcome(outcome, terminal, owner);
}
