import type { Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { GateOutcome } from '../toolkit/call.ts';
import type { Gate } from '../toolkit/gate.ts';
import type { JournalRecord, JournalStore, JournalVerification } from '../toolkit/journal.ts';
import type { Principal } from '../toolkit/tool.ts';
import type { DoorEnv } from './door.ts';
import { projectFiles, toProjectRules } from './project-files.ts';
import { parseBody, parseQuery } from './request.ts';

/** What the routes about the journal are made of. */
export interface JournalPorts {
  readonly gate: Pick<Gate, 'undo'>;
  readonly journal: Pick<JournalStore, 'list' | 'get' | 'rows' | 'verify'>;
  principal(): Promise<Principal>;
}

export interface JournalList {
  /** Newest first. */
  readonly entries: readonly JournalRecord[];
}

export interface JournalCheck extends JournalVerification {
  /** Whether the hash that was asked about is in the chain; absent when none was. */
  readonly hasHead?: boolean;
}

const listQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(20), before: z.coerce.number().int().optional() });
const verifyBody = z.object({ head: z.string().optional() });
const undoBody = z.object({
  id: z.union([z.int(), z.literal('last')]),
  yes: z.boolean().optional(),
  force: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  timeZone: z.string().optional(),
  utterance: z.string().optional(),
  projectFiles: projectFiles.optional(),
});

/** `/owner/journal` and `/owner/undo` */
export function addJournalRoutes(app: Hono<{ Bindings: DoorEnv }>, { gate, journal, principal }: JournalPorts): void {
  app.get('/journal', async (context) => {
    const { limit, before } = parseQuery(listQuery, context.req.query());
    const { userId } = await principal();
    const entries = await journal.list(userId, { limit, ...(before === undefined ? {} : { before }) });
    return context.json({ entries } satisfies JournalList);
  });

  app.post('/journal/verify', async (context) => {
    const { head } = await parseBody(verifyBody, context.req.raw);
    const verification = await journal.verify();
    return context.json({
      ...verification,
      ...(head === undefined ? {} : { hasHead: await hasRow(journal, head) }),
    } satisfies JournalCheck);
  });

  app.get('/journal/export', () => new Response(toLines(journal), { headers: { 'content-type': 'application/jsonl' } }));

  app.get('/journal/:id', async (context) => {
    const id = context.req.param('id');
    const record = /^\d{1,15}$/.test(id) ? await journal.get((await principal()).userId, Number(id)) : undefined;
    if (record !== undefined) return context.json(record);
    throw new AppError('not_found', `The journal has no entry "${id}".`, { hint: 'See what was done with `kalends journal list`.' });
  });

  app.post('/undo', async (context) => {
    const { id, yes, force, dryRun, timeZone, utterance, projectFiles: files } = await parseBody(undoBody, context.req.raw);
    const outcome = await gate.undo({
      id,
      principal: await principal(),
      surface: 'terminal',
      signal: context.req.raw.signal,
      projectRules: toProjectRules(files),
      ...(yes === undefined ? {} : { yes }),
      ...(force === undefined ? {} : { force }),
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(utterance === undefined ? {} : { utterance }),
    });
    return context.json(outcome satisfies GateOutcome);
  });
}

async function hasRow(journal: JournalPorts['journal'], hash: string): Promise<boolean> {
  for await (const row of journal.rows()) {
    if (row.hash === hash.toLowerCase()) return true;
  }
  return false;
}

/** Each row with its hashes; `entry` is the very text that was hashed, so that anybody can check it. */
function toLines(journal: JournalPorts['journal']): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const rows = journal.rows()[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await rows.next();
      if (done === true) return controller.close();
      const { previousHash, hash, body } = value;
      controller.enqueue(encoder.encode(`{"previousHash":"${previousHash}","hash":"${hash}","entry":${body}}\n`));
    },
    async cancel() {
      await rows.return?.();
    },
  });
}
