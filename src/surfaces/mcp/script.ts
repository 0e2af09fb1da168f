import { randomUUID } from 'node:crypto';
import type { CallToolResult, InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';
import { AppError } from '../../errors.ts';
import type { PendingApproval } from '../../toolkit/approval.ts';
import type { LuaReport } from '../lua-report.ts';
import { type LuaToolRun, toLuaToolReport, toLuaToolRun } from '../lua-tools.ts';
import type { PersonsAnswers, Questions } from './approval.ts';
import type { McpHost } from './host.ts';
import { toDataResult } from './results.ts';

/** Clients of the official SDK give up a call after ten rounds; what a script asks after this many stays a stored approval. */
const MOST_ROUNDS = 8;
/** How long the report of a script that is over waits for the client to come for it; its question is sealed for as long. */
const KEPT_MS = 600_000;

type Given = Readonly<Record<string, unknown>>;

export interface ScriptRound {
  readonly context: ServerContext;
  readonly canAsk: boolean;
}

/**
 * `execute_lua`. A script that asks the person is held while the client asks them, and goes on in the round that brings the answer; it is never begun
 * a second time for it. What the client cannot ask, or its person leaves open, is a stored approval.
 */
export function createScripts(host: McpHost, questions: Questions) {
  const held = new Map<string, HeldScript>();

  async function advance({ id, script, call, late = [] }: Held, context: ServerContext) {
    context.mcpReq.signal.addEventListener('abort', script.stop, { once: true });
    const asked = await script.next();
    if (asked !== undefined) return questions.put(asked, { call, script: id }, context);
    held.delete(id);
    return toResult(await script.report, late);
  }

  return {
    async execute(given: Given, { context, canAsk }: ScriptRound): Promise<CallToolResult | InputRequiredResult> {
      const { runLua, answer, leaveOpen } = host;
      if (runLua === undefined) throw new AppError('unsupported', 'There is no Lua here.');
      const call = { tool: 'execute_lua', input: given };
      const said = questions.answers(call, context);
      if (said?.script !== undefined) {
        const id = said.script;
        const script = held.get(id);
        if (script === undefined) throw isOver();
        return advance({ id, script, call, late: await script.hear(said.answers) }, context);
      }
      const run = toLuaToolRun(given);
      if (!canAsk || answer === undefined) return toResult(await runLua({ ...run, signal: context.mcpReq.signal }));
      const id = randomUUID();
      const script = holdScript(runLua, run, { answer, leaveOpen: leaveOpen ?? (async () => undefined) });
      held.set(id, script);
      const forget = () => void setTimeout(() => held.delete(id), KEPT_MS).unref();
      script.report.then(forget, forget);
      return advance({ id, script, call }, context);
    },
  };
}

interface Held {
  readonly id: string;
  readonly script: HeldScript;
  readonly call: unknown;
  /** What became of answers that came after its end. */
  readonly late?: readonly string[];
}

function toResult(report: LuaReport, late: readonly string[] = []): CallToolResult {
  const told = toLuaToolReport(report);
  const shown = late.length === 0 ? told : { ...told, warnings: [...(told.warnings ?? []), ...late] };
  return { ...toDataResult(shown), ...(shown.success ? {} : { isError: true }) };
}

/** Begun again it would repeat what it has written. */
function isOver(): AppError {
  return new AppError('conflict', 'The script that asked this is over.', {
    hint: 'See what it had done with `kalends journal list` before you run it again.',
  });
}

interface HeldScript {
  readonly report: Promise<LuaReport>;
  readonly stop: () => void;
  /** What the script waits for; `undefined` once it is over. */
  next(): Promise<readonly PendingApproval[] | undefined>;
  /** Carries the answers out; tells of those that came too late for the script to hear them. */
  hear(answers: PersonsAnswers['answers']): Promise<readonly string[]>;
}

type Asking = Required<Pick<McpHost, 'answer' | 'leaveOpen'>>;

function holdScript(runLua: NonNullable<McpHost['runLua']>, run: LuaToolRun, { answer, leaveOpen }: Asking): HeldScript {
  const stopping = new AbortController();
  const open: PendingApproval[] = [];
  let rounds = 0;
  let isOver = false;
  let wake: () => void = () => undefined;
  const leave = async (id: string): Promise<void> => {
    // One that cannot be left is waited for until the script's time to wait is over.
    await leaveOpen(id).catch(() => undefined);
  };
  const report = runLua({
    ...run,
    signal: stopping.signal,
    onApproval(approval) {
      if (rounds < MOST_ROUNDS) open.push(approval);
      else void leave(approval.id);
      wake();
    },
  }).finally(() => {
    isOver = true;
    wake();
  });

  async function settle({ approval: { id }, said }: PersonsAnswers['answers'][number]): Promise<readonly string[]> {
    const isLate = isOver;
    if (said === 'later') await leave(id);
    else {
      try {
        const { status } = await answer(id, said === 'approve');
        if (isLate)
          return [`Approval ${id} was answered after the script had ended; its write ${status === 'done' ? 'was made' : 'was not made'}.`];
      } catch (error) {
        // Somebody has answered it elsewhere, or nobody can: the script hears of it from its own side.
        if (!(error instanceof AppError)) throw error;
        await leave(id);
      }
    }
    return [];
  }

  return {
    report,
    stop: () => stopping.abort(),
    async next() {
      while (open.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (isOver) return undefined;
      rounds += 1;
      return open.splice(0);
    },
    async hear(answers) {
      const told: string[] = [];
      for (const one of answers) told.push(...(await settle(one)));
      return told;
    },
  };
}
