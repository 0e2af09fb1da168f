import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import { AppError, type ErrorEnvelope, toErrorEnvelope } from '../errors.ts';
import type { LuaLimits, LuaReport } from '../surfaces/lua-report.ts';
import type { PendingApproval } from '../toolkit/approval.ts';
import type { PolicySet } from '../toolkit/policy.ts';
import type { DoorEnv } from './door.ts';
import { answerLines, type Send } from './lines.ts';
import { projectFiles, toProjectRules } from './project-files.ts';
import { parseBody } from './request.ts';

/** A line of the answer to a run, as JSON. */
export type LuaEvent =
  /** A session was opened; it lasts as long as the answer does. */
  | { readonly type: 'session'; readonly id: string }
  /** A script has begun: under this id it can be stopped, and then still tells what it did. */
  | { readonly type: 'run'; readonly id: string }
  /** The script waits for the person's answer to this approval. */
  | { readonly type: 'approval'; readonly approval: PendingApproval }
  | { readonly type: 'report'; readonly report: LuaReport }
  | { readonly type: 'error'; readonly error: ErrorEnvelope };

/** What all scripts of a run or of a session are run with. */
export interface LuaWish {
  readonly args?: unknown;
  readonly limits?: LuaLimits;
  readonly account?: string;
  readonly timeZone?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** Only the servers of others. */
  readonly mcpOnly?: boolean;
  readonly surface: 'lua' | 'mcp';
  readonly utterance?: string;
  /** What the person typed themselves. */
  readonly words?: readonly string[];
  readonly projectRules: readonly PolicySet[];
}

export interface LuaScript extends LuaWish {
  readonly source: string;
  /** How errors and the journal name it: "workflow.lua". */
  readonly name?: string;
}

export interface LuaRunContext {
  readonly signal: AbortSignal;
  /** Is told of each approval that the script waits for; absent: nobody is there, and nothing waits. */
  readonly onApproval?: (approval: PendingApproval) => void;
}

/** A conversation with the interpreter: what one line defines, the next one knows. */
export interface LuaSession {
  evaluate(source: string, context: LuaRunContext): Promise<LuaReport>;
  complete(text: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Scripts of the person behind the socket. */
export interface LuaDesk {
  run(script: LuaScript, context: LuaRunContext): Promise<LuaReport>;
  open(wish: LuaWish): Promise<LuaSession>;
  /** Lets the script that waits for this approval go on without an answer. */
  leaveOpen(approvalId: string): void;
}

const wish = z.object({
  args: z.unknown().optional(),
  limits: z.record(z.string(), z.number()).optional(),
  account: z.string().optional(),
  timeZone: z.string().optional(),
  yes: z.boolean().optional(),
  force: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  mcpOnly: z.boolean().optional(),
  surface: z.enum(['lua', 'mcp']),
  utterance: z.string().optional(),
  words: z.array(z.string()).optional(),
  projectFiles: projectFiles.optional(),
  project: z.string().optional(),
});
/** Whether a person sits at the other end who can be asked while the script runs. */
const asking = z.object({ canAsk: z.boolean().default(false) });
const runBody = wish.extend({ source: z.string(), name: z.string().optional(), ...asking.shape });
const evaluateBody = asking.extend({ source: z.string() });
const completeBody = z.object({ text: z.string() });

/** What a client sends to run a script, and for the lines of a session. */
export type LuaRunBody = z.input<typeof runBody>;
export type LuaSessionBody = z.input<typeof wish>;

/** `/owner/lua`; every answer of a script is lines of `LuaEvent`. */
export function addLuaRoutes(app: Hono<{ Bindings: DoorEnv }>, desk: LuaDesk): void {
  const sessions = new Map<string, LuaSession>();
  const runs = new Map<string, AbortController>();
  /** Tells how a script ends, also when somebody stops it. */
  const tell = async (send: Send<LuaEvent>, gone: AbortSignal, run: (context: Required<LuaRunContext>) => Promise<LuaReport>) => {
    const id = randomUUID();
    const stopped = new AbortController();
    runs.set(id, stopped);
    send({ type: 'run', id });
    try {
      const signal = AbortSignal.any([gone, stopped.signal]);
      send({ type: 'report', report: await run({ signal, onApproval: (approval) => send({ type: 'approval', approval }) }) });
    } catch (error) {
      if (!(error instanceof AppError)) console.error(error);
      send({ type: 'error', error: toErrorEnvelope(error) });
    } finally {
      runs.delete(id);
    }
  };
  const sessionOf = (id: string): LuaSession => {
    const session = sessions.get(id);
    if (session) return session;
    throw new AppError('not_found', `There is no Lua session "${id}".`, { hint: 'It ended with its owner; start the REPL again.' });
  };

  app.post('/lua/run', async (context) => {
    const { canAsk, source, name, ...settings } = await parseBody(runBody, context.req.raw);
    const script = { ...toWish(settings), source, ...(name === undefined ? {} : { name }) };
    return answerLines<LuaEvent>(context.req.raw.signal, (send, signal) =>
      tell(send, signal, (run) => desk.run(script, canAsk ? run : { signal: run.signal })),
    );
  });

  app.post('/lua/sessions', async (context) => {
    const session = await desk.open(toWish(await parseBody(wish, context.req.raw)));
    const id = randomUUID();
    sessions.set(id, session);
    // The client holds this answer open for as long as it lives, also when it is killed.
    return answerLines<LuaEvent>(context.req.raw.signal, async (send, signal) => {
      send({ type: 'session', id });
      await new Promise<void>((resolve) =>
        signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      sessions.delete(id);
      await session.close();
    });
  });

  app.post('/lua/sessions/:id/evaluate', async (context) => {
    const { source, canAsk } = await parseBody(evaluateBody, context.req.raw);
    const session = sessionOf(context.req.param('id'));
    return answerLines<LuaEvent>(context.req.raw.signal, (send, signal) =>
      tell(send, signal, (run) => session.evaluate(source, canAsk ? run : { signal: run.signal })),
    );
  });

  app.post('/lua/sessions/:id/complete', async (context) => {
    const { text } = await parseBody(completeBody, context.req.raw);
    return context.json({ names: await sessionOf(context.req.param('id')).complete(text) });
  });

  app.post('/lua/runs/:id/stop', (context) => {
    const run = runs.get(context.req.param('id'));
    run?.abort();
    return context.json({ stopped: run !== undefined });
  });

  app.post('/lua/approvals/:id/later', (context) => {
    desk.leaveOpen(context.req.param('id'));
    return context.json({ left: true });
  });
}

function toWish({ projectFiles: files, project, limits, ...settings }: z.output<typeof wish>): LuaWish {
  const given = Object.fromEntries(Object.entries({ ...settings, limits }).filter(([, value]) => value !== undefined));
  // The same members, but for those that were not given.
  return { ...(given as Omit<LuaWish, 'projectRules'>), projectRules: toProjectRules(files, project) };
}
