import { Hono } from 'hono';
import { z } from 'zod';
import { AppError, toErrorEnvelope } from '../errors.ts';
import type { ApprovalRecord, ApprovalStore, PendingApproval } from '../toolkit/approval.ts';
import type { GateOutcome } from '../toolkit/call.ts';
import type { Gate } from '../toolkit/gate.ts';
import type { Principal } from '../toolkit/tool.ts';
import { type AccountDesk, addAccountRoutes } from './accounts.ts';
import { type Administration, addAdministrationRoutes } from './administration.ts';
import { addCorrespondenceRoutes, type Correspondence } from './correspondence.ts';
import type { DoorEnv, OwnerStatus } from './door.ts';
import { addForeignRoutes, type ForeignDesk } from './foreign.ts';
import { addJournalRoutes, type JournalPorts } from './journal.ts';
import { addKeepingRoutes, type Keeping } from './keeping.ts';
import { addLuaRoutes, type LuaDesk } from './lua.ts';
import { projectFiles, toProjectRules } from './project-files.ts';
import { parseBody } from './request.ts';
import { addScriptRoutes, type ScriptDesk } from './scripts.ts';
import { addSimulationRoutes, type Simulation } from './simulation.ts';

/** What the owner's private routes are made of. */
export interface OwnerPorts {
  readonly gate: Pick<Gate, 'call' | 'answer' | 'undo'>;
  readonly approvals: Pick<ApprovalStore, 'list' | 'get'>;
  readonly journal: JournalPorts['journal'];
  /** The person behind the socket: the installation's first user. */
  principal(): Promise<Principal>;
  readonly administration: Administration;
  readonly keeping: Keeping;
  readonly correspondence: Correspondence;
  readonly accounts: AccountDesk;
  foreign(): Promise<ForeignDesk>;
  readonly lua: LuaDesk;
  readonly scripts: ScriptDesk;
  /** Absent: there are no rooms to act in. */
  readonly simulation?: Simulation;
  status(): OwnerStatus;
  /** A one-time link that signs a browser in; opens the web address first where there is none yet. */
  signInLink(): Promise<string>;
  stop(): void;
}

const callBody = z.object({
  tool: z.string().min(1),
  input: z.unknown(),
  account: z.string().optional(),
  yes: z.boolean().optional(),
  force: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  surface: z.enum(['terminal', 'mcp', 'lua']),
  utterance: z.string().optional(),
  timeZone: z.string().optional(),
  turnId: z.string().optional(),
  script: z.string().optional(),
  words: z.array(z.string()).optional(),
  projectFiles: projectFiles.optional(),
  /** Root of the folder somebody works in: the servers that its files name can be called. */
  project: z.string().optional(),
});
const answerBody = z.object({ approve: z.boolean() });
const stopBody = z.object({ onlyBackground: z.boolean().optional() });

/** The routes under `/owner` that thin clients call; to any other door than the socket they do not exist. */
export function createOwnerRoutes(ports: OwnerPorts): Hono<{ Bindings: DoorEnv }> {
  const app = new Hono<{ Bindings: DoorEnv }>().basePath('/owner');

  app.use(async (context, next) => {
    if (context.env.door !== 'socket') return context.notFound();
    return next();
  });

  app.get('/status', (context) => context.json(ports.status()));

  app.post('/call', async (context) => {
    const body = await parseBody(callBody, context.req.raw);
    const { tool, input, surface, projectFiles: files, project, ...options } = body;
    const outcome = await ports.gate.call({
      ...withoutUndefined(options),
      principal: await ports.principal(),
      tool,
      input,
      surface,
      signal: context.req.raw.signal,
      projectRules: toProjectRules(files, project),
    });
    return context.json(outcome satisfies GateOutcome);
  });

  app.get('/approvals', async (context) => {
    const { userId } = await ports.principal();
    const rows = await ports.approvals.list(userId, { state: 'pending', limit: 100 });
    const now = Date.now();
    return context.json({ approvals: rows.filter((row) => Date.parse(row.expiresAt) > now).map(toPending) });
  });

  app.get('/approvals/:id', async (context) => {
    const record = await ports.approvals.get(context.req.param('id'));
    if (record !== undefined && record.userId === (await ports.principal()).userId) return context.json(record);
    throw new AppError('not_found', `There is no approval "${context.req.param('id')}".`, {
      hint: 'List the open ones with `kalends approvals list`.',
    });
  });

  app.post('/approvals/:id', async (context) => {
    const { approve } = await parseBody(answerBody, context.req.raw);
    return context.json(await ports.gate.answer(context.req.param('id'), { approve, by: await ports.principal() }));
  });

  app.post('/sign-in-link', async (context) => context.json({ url: await ports.signInLink() }));

  addAdministrationRoutes(app, ports.administration);
  addKeepingRoutes(app, ports.keeping);
  addLuaRoutes(app, ports.lua);
  addScriptRoutes(app, ports.scripts);
  addJournalRoutes(app, ports);
  addCorrespondenceRoutes(app, ports.correspondence);
  addSimulationRoutes(app, ports.simulation);
  addAccountRoutes(app, ports.accounts);
  addForeignRoutes(app, ports.foreign);

  app.post('/stop', async (context) => {
    const { onlyBackground } = await parseBody(stopBody, context.req.raw);
    const { background, address, home } = ports.status();
    if (onlyBackground && !background) {
      throw new AppError('already_running', `Kalends already runs on "${home}"${address === null ? '' : ` at ${address}`}.`);
    }
    ports.stop();
    return context.json({ stopping: true });
  });

  app.notFound((context) => toErrorResponse(new AppError('not_found', `The owner has no "${context.req.method} ${context.req.path}".`)));
  app.onError(toErrorResponse);

  return app;
}

/** `{ error: envelope }` with the status of its code; what is no `AppError` is a bug and goes to the process's error stream. */
export function toErrorResponse(error: unknown): Response {
  if (!(error instanceof AppError)) console.error(error);
  return Response.json({ error: toErrorEnvelope(error) }, { status: error instanceof AppError ? error.status : 500 });
}

function toPending({ id, tool, account, effect, card, input, expiresAt }: ApprovalRecord): PendingApproval {
  return { id, tool, account, effect, card, input, expiresAt };
}

/** Members that were given: for a type that knows them as given or absent. */
function withoutUndefined<Members extends object>(
  members: Members,
): { readonly [Name in keyof Members]: Exclude<Members[Name], undefined> } {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { readonly [Name in keyof Members]: Exclude<Members[Name], undefined> }; // the same without the undefined
}
