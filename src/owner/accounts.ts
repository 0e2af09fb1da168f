import type { Hono } from 'hono';
import { z } from 'zod';
import type { ErrorEnvelope } from '../errors.ts';
import type { DoorEnv } from './door.ts';
import { parseBody } from './request.ts';

/** A credential account as it is shown; nothing in it is secret. */
export interface AccountReport {
  readonly provider: 'cal' | 'whereby';
  /** `local` is the embedded service. */
  readonly name: string;
  readonly kind: 'local' | 'hosted';
  /** Calls that name no account go to it. */
  readonly isDefault: boolean;
  /** "CALCOM_API_KEY", a variable of the environment; "vault"; `null` of the embedded service. */
  readonly source: string | null;
  /** "****xy" */
  readonly key: string | null;
  readonly baseUrl: string | null;
  /** ISO instant; `null` when it does not expire or nobody said. */
  readonly expiresAt: string | null;
  /** Stands behind an account of the environment with the same name, and is not used. */
  readonly isHidden: boolean;
}

export interface AccountList {
  readonly accounts: readonly AccountReport[];
  /** What is worth knowing about them, as sentences. */
  readonly notices: readonly string[];
}

/** What one look at an account showed. */
export interface AccountCheck {
  readonly provider: 'cal' | 'whereby';
  readonly name: string;
  readonly baseUrl: string | null;
  readonly expiresAt: string | null;
  /** The key works, whatever else is amiss. */
  readonly ok: boolean;
  readonly error: ErrorEnvelope | null;
  /** "ada <ada@example.com>", where the provider says. */
  readonly person: string | null;
  /** What the key may read, each by a real call. */
  readonly reads: readonly AccountRead[];
  readonly latencyMs: number | null;
  /** Their clock less ours, by the Date of their answer, which tells whole seconds. */
  readonly clockSkewMs: number | null;
  readonly rateLimit: { readonly limit: number | null; readonly remaining: number | null; readonly reset: string | null } | null;
}

export interface AccountRead {
  /** "bookings" */
  readonly name: string;
  /** Of the API, as it was asked for; `null` where it has none. */
  readonly version: string | null;
  readonly state: 'ok' | 'forbidden' | 'missing' | 'failed';
  /** Why not. */
  readonly message: string | null;
}

/** A variable as the caller's environment has it: enough to compare, and nothing to read. */
const variableBody = z.object({ provider: z.enum(['cal', 'whereby']), name: z.string(), digest: z.string() });
const listBody = z.object({ salt: z.string().optional(), environment: z.array(variableBody).optional() });
const addBody = z.object({
  provider: z.enum(['cal', 'whereby']),
  name: z.string(),
  apiKey: z.string(),
  url: z.string().optional(),
  expires: z.string().optional(),
  replace: z.boolean().default(false),
  /** Look at the account before it is stored, and store none that does not work. */
  test: z.boolean().default(true),
});
const nameBody = z.object({ provider: z.enum(['cal', 'whereby']), name: z.string() });
const renameBody = nameBody.extend({ to: z.string() });
const checkBody = nameBody.partial();

export type EnvironmentToCompare = z.output<typeof listBody>;
export type AccountToAdd = z.output<typeof addBody>;

/** What the person behind the socket does with the accounts. */
export interface AccountDesk {
  list(compare: EnvironmentToCompare): Promise<AccountList>;
  add(account: AccountToAdd): Promise<{ readonly account: AccountReport; readonly check: AccountCheck | null }>;
  rename(account: z.output<typeof renameBody>): Promise<AccountReport>;
  remove(account: z.output<typeof nameBody>): Promise<{ readonly defaultAccount: string }>;
  choose(account: z.output<typeof nameBody>): Promise<AccountReport>;
  /** Really calls them: all, those of a provider, or one. */
  check(which: z.output<typeof checkBody>): Promise<readonly AccountCheck[]>;
  /** Looks at what the owner alone can see: its database. */
  checkUp(): Promise<CheckUp>;
}

export interface CheckUp {
  /** "PostgreSQL 17.5 …" */
  readonly database: string;
  readonly migrations: { readonly done: number; readonly known: number };
  /** Milliseconds of one query. */
  readonly queryMs: number;
}

/** `/owner/accounts` and `/owner/check-up` */
export function addAccountRoutes(app: Hono<{ Bindings: DoorEnv }>, desk: AccountDesk): void {
  app.post('/accounts', async (context) => context.json(await desk.list(await parseBody(listBody, context.req.raw))));
  app.post('/accounts/add', async (context) => context.json(await desk.add(await parseBody(addBody, context.req.raw))));
  app.post('/accounts/rename', async (context) => context.json(await desk.rename(await parseBody(renameBody, context.req.raw))));
  app.post('/accounts/remove', async (context) => context.json(await desk.remove(await parseBody(nameBody, context.req.raw))));
  app.post('/accounts/default', async (context) => context.json(await desk.choose(await parseBody(nameBody, context.req.raw))));
  app.post('/accounts/check', async (context) => {
    const checks = await desk.check(await parseBody(checkBody, context.req.raw));
    return context.json({ checks });
  });
  app.get('/check-up', async (context) => context.json(await desk.checkUp()));
}
