import type { Hono } from 'hono';
import { z } from 'zod';
import type { LuaReport } from '../surfaces/lua-report.ts';
import type { DoorEnv } from './door.ts';
import { parseBody } from './request.ts';

/** A saved script as a list has it. */
export interface ScriptLine {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Why it is not enabled, where nobody switched it off. */
  readonly pausedReason: string | null;
  readonly cron: string | null;
  readonly zone: string | null;
  readonly triggers: readonly string[];
  /** ISO instant by the domain clock; `null` without a schedule and while it is switched off. */
  readonly nextAt: string | null;
  readonly lastRun: ScriptRunLine | null;
}

export interface ScriptDetails extends ScriptLine {
  readonly source: string;
  /** SHA-256, hex, of the source. */
  readonly hash: string;
  readonly version: number;
  readonly args: Readonly<Record<string, unknown>>;
  readonly account: string | null;
  /** All attempts of a run, the first included. */
  readonly attempts: number;
  readonly delaySeconds: number;
  /** ISO instants, by the domain clock. */
  readonly nextTicks: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Newest first. */
  readonly runs: readonly ScriptRunLine[];
}

export type ScriptRunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'waiting' | 'skipped' | 'interrupted';

export interface ScriptRunLine {
  readonly id: number;
  readonly cause: 'manual' | 'schedule' | 'event';
  /** ISO instant of a tick, or what happened. */
  readonly causeText: string | null;
  readonly state: ScriptRunState;
  readonly reason: string | null;
  readonly attempt: number;
  /** ISO instants, process clock. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** A run with all that is kept of it. */
export interface ScriptRunDetails extends ScriptRunLine {
  readonly script: string;
  readonly version: number | null;
  readonly hash: string | null;
  readonly args: Readonly<Record<string, unknown>>;
  readonly event: unknown;
  readonly output: string;
  readonly outputHash: string | null;
  readonly outputBytes: number | null;
  readonly result: unknown;
  readonly error: unknown;
  readonly calls: readonly unknown[];
  /** Earlier attempts. */
  readonly history: readonly unknown[];
  /** What it waits for, and how each was answered. */
  readonly approvals: readonly { readonly id: string; readonly state: string }[];
}

/** A saved script, and what its person should know. */
export interface ScriptSaved {
  readonly script: ScriptDetails;
  readonly isNew: boolean;
  readonly notices: readonly string[];
}

const name = z.string().min(1).max(100);
const args = z.record(z.string(), z.unknown());
const saveBody = z.object({
  name,
  source: z.string(),
  description: z.string().max(500).optional(),
  cron: z.string().optional(),
  zone: z.string().optional(),
  triggers: z.array(z.string()).max(20).optional(),
  args: args.optional(),
  account: z.string().optional(),
  retries: z.int().optional(),
  retryDelaySeconds: z.int().optional(),
});
const runBody = z.object({ args: args.optional(), dryRun: z.boolean().optional() });
const switchBody = z.object({ enabled: z.boolean() });

export type ScriptWish = z.output<typeof saveBody>;
export type ScriptRunWish = z.output<typeof runBody>;

/** Saved scripts of the person behind the socket. Throws `not_found` with the closest names for a name that is none. */
export interface ScriptDesk {
  list(): Promise<readonly ScriptLine[]>;
  /** Checks all of it first, the script's syntax included. */
  save(wish: ScriptWish): Promise<ScriptSaved>;
  show(name: string): Promise<ScriptDetails>;
  setEnabled(name: string, enabled: boolean): Promise<ScriptDetails>;
  remove(name: string): Promise<{ readonly removed: string; readonly wasRunning: boolean }>;
  /** Queues a run; it goes on whoever waits for it. */
  run(name: string, wish: ScriptRunWish): Promise<ScriptRunLine>;
  /** Runs it here and now, and changes nothing. */
  rehearse(name: string, wish: ScriptRunWish, signal: AbortSignal): Promise<LuaReport>;
  runs(name: string, limit: number): Promise<readonly ScriptRunLine[]>;
  /** Waits up to `waitMs` for its end. */
  findRun(name: string, id: number, waitMs: number): Promise<ScriptRunDetails>;
}

const runsQuery = z.object({ limit: z.coerce.number().int().min(1).max(200).default(20) });
const runQuery = z.object({ wait: z.coerce.number().min(0).max(30).default(0) });

/** `/owner/scripts` */
export function addScriptRoutes(app: Hono<{ Bindings: DoorEnv }>, desk: ScriptDesk): void {
  app.get('/scripts', async (context) => context.json({ scripts: await desk.list() }));

  app.post('/scripts', async (context) => context.json(await desk.save(await parseBody(saveBody, context.req.raw))));

  app.get('/scripts/:name', async (context) => context.json(await desk.show(context.req.param('name'))));

  app.patch('/scripts/:name', async (context) => {
    const { enabled } = await parseBody(switchBody, context.req.raw);
    return context.json(await desk.setEnabled(context.req.param('name'), enabled));
  });

  app.delete('/scripts/:name', async (context) => context.json(await desk.remove(context.req.param('name'))));

  app.post('/scripts/:name/runs', async (context) => {
    const wish = await parseBody(runBody, context.req.raw);
    const script = context.req.param('name');
    if (wish.dryRun === true) return context.json({ report: await desk.rehearse(script, wish, context.req.raw.signal) });
    return context.json({ run: await desk.run(script, wish) });
  });

  app.get('/scripts/:name/runs', async (context) => {
    const { limit } = runsQuery.parse(context.req.query());
    return context.json({ runs: await desk.runs(context.req.param('name'), limit) });
  });

  app.get('/scripts/:name/runs/:id', async (context) => {
    const { wait } = runQuery.parse(context.req.query());
    const id = context.req.param('id');
    return context.json(await desk.findRun(context.req.param('name'), /^\d{1,15}$/.test(id) ? Number(id) : 0, wait * 1000));
  });
}
