import { randomUUID } from 'node:crypto';
import { isAbsolute } from 'node:path';
import type { Hono } from 'hono';
import { z } from 'zod';
import { AppError, type ErrorEnvelope, toErrorEnvelope } from '../errors.ts';
import type { ForeignDescription } from '../toolkit/foreign.ts';
import type { DoorEnv } from './door.ts';
import { answerLines } from './lines.ts';
import { parseBody } from './request.ts';

/** A foreign MCP server as it is shown: as its file has it, without what looks secret and is written out there. */
export interface ForeignServer {
  readonly name: string;
  readonly type: 'stdio' | 'http';
  /** `untrusted` ones are never started. */
  readonly status: 'ready' | 'disabled' | 'untrusted';
  readonly enabled: boolean;
  readonly trusted: boolean;
  readonly source: 'user' | 'vscode' | 'cursor' | 'project';
  readonly path: string;
  readonly command: string | null;
  readonly args: readonly string[];
  /** Where the process is started. */
  readonly folder: string | null;
  readonly url: string | null;
  /** Variables of the process, or headers of each request. */
  readonly values: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly fingerprint: string;
  /** `null` of a server that is a process. */
  readonly login: ForeignLogin | null;
}

/** How a login at a server stands; none of its tokens. */
export interface ForeignLogin {
  /** `none`: nobody has logged in, which many servers do not ask for. `needed`: the server has asked for it. */
  readonly state: 'none' | 'needed' | 'logged_in' | 'expired';
  /** Who gave it. */
  readonly by: string | null;
  readonly scope: string | null;
  /** ISO instant, of what is sent now. */
  readonly expiresAt: string | null;
  /** It is renewed by itself. */
  readonly isRenewed: boolean;
}

export interface ForeignServers {
  readonly servers: readonly ForeignServer[];
  readonly sources: readonly {
    readonly source: ForeignServer['source'];
    readonly path: string;
    readonly servers: readonly string[];
    readonly problems: readonly string[];
  }[];
}

export interface ForeignFailure {
  readonly server: string;
  readonly error: ErrorEnvelope;
}

export interface ForeignTools {
  readonly tools: readonly ForeignDescription[];
  /** Servers that were asked and did not answer, or could not be asked. */
  readonly failures: readonly ForeignFailure[];
}

export interface ForeignCheck {
  readonly server: ForeignServer;
  readonly ok: boolean;
  readonly tools: number | null;
  /** From the question to the list of tools. */
  readonly milliseconds: number | null;
  readonly error: ErrorEnvelope | null;
  /** Names of its secrets that are kept. */
  readonly secrets: readonly string[];
}

export interface ForeignSecret {
  /** `mcp.<server>.<name>` */
  readonly key: string;
  readonly server: string;
  readonly name: string;
  readonly configured: boolean;
  readonly project: string | null;
}

export interface ForeignExport {
  /** Of the file. */
  readonly content: Readonly<Record<string, unknown>>;
  /** What stands in the place of secrets, and is to be set where the other program runs. */
  readonly variables: readonly { readonly server: string; readonly name: string }[];
}

/** A line of the answer to a login, as JSON. */
export type LoginEvent =
  | { readonly type: 'page'; readonly id: string; readonly address: string }
  | { readonly type: 'done'; readonly server: ForeignServer }
  | { readonly type: 'error'; readonly error: ErrorEnvelope };

export interface LoginCourse {
  readonly signal: AbortSignal;
  /** Is told where the person logs in; `bring` takes the address at which a browser of another machine ended. */
  readonly onPage: (page: { readonly address: string; bring(address: string): void }) => void;
}

export interface ForeignLogout {
  readonly server: string;
  readonly hadLogin: boolean;
  /** Whoever gave the login was told that it is over. */
  readonly isRevoked: boolean;
}

const place = z.object({ project: z.string().refine(isAbsolute, 'is no absolute path') });
const named = place.extend({ server: z.string().min(1) });
const entries = z.record(z.string(), z.unknown());
const addBody = place.extend({
  scope: z.enum(['user', 'project']),
  servers: entries,
  replace: z.boolean().default(false),
  trust: z.boolean().default(true),
});
const enabledBody = named.extend({ enabled: z.boolean() });
const trustBody = named.extend({ fingerprint: z.string() });
const someBody = place.extend({ server: z.string().optional() });
const backBody = z.object({ address: z.string() });
const exportBody = place.extend({ format: z.enum(['mcp', 'vscode', 'cursor']).default('mcp') });
const loginBody = named.extend({
  scope: z.string().optional(),
  clientId: z.string().optional(),
  secretKey: z.string().optional(),
  port: z.number().int().min(1).max(65_535).optional(),
});
const secretBody = named.extend({ key: z.string() });
const setSecretBody = secretBody.extend({ value: z.string() });

export type ServersToAdd = z.output<typeof addBody>;

/** What the person behind the socket does with foreign servers. `project` is the root of the folder they work in. */
export interface ForeignDesk {
  list(project: string): ForeignServers;
  /** Writes entries into one file, all or none, and trusts them where that is wished. */
  add(wish: ServersToAdd): { readonly path: string; readonly added: readonly string[] };
  /** A login there is forgotten with it. */
  remove(wish: z.output<typeof named>): Promise<{ readonly path: string; readonly name: string }>;
  setEnabled(wish: z.output<typeof enabledBody>): { readonly path: string; readonly name: string };
  /** Trusts the entry that was shown, by its fingerprint; `conflict` when it has changed since. */
  trust(wish: z.output<typeof trustBody>): ForeignServer;
  /** Of one server, or of all that are on and trusted. */
  tools(wish: z.output<typeof someBody>): Promise<ForeignTools>;
  /** Lets the person log in at the page that `onPage` is told; ends when they have, or have not. */
  logIn(wish: z.output<typeof loginBody>, course: LoginCourse): Promise<ForeignServer>;
  logOut(wish: z.output<typeof named>): Promise<ForeignLogout>;
  resources(wish: z.output<typeof named>): Promise<readonly unknown[]>;
  prompts(wish: z.output<typeof named>): Promise<readonly unknown[]>;
  /** Really asks those that are on and trusted. */
  check(wish: z.output<typeof someBody>): Promise<readonly ForeignCheck[]>;
  /** All servers as another program reads them, without any secret. */
  export(wish: z.output<typeof exportBody>): ForeignExport;
  setSecret(wish: z.output<typeof setSecretBody>): Promise<ForeignSecret>;
  unsetSecret(wish: z.output<typeof secretBody>): Promise<ForeignSecret>;
  secrets(wish: z.output<typeof someBody>): readonly ForeignSecret[];
}

/** `/owner/mcp` */
export function addForeignRoutes(app: Hono<{ Bindings: DoorEnv }>, open: () => Promise<ForeignDesk>): void {
  const route = <Body>(path: string, schema: z.ZodType<Body>, work: (desk: ForeignDesk, body: Body) => unknown) =>
    app.post(`/mcp/${path}`, async (context) => {
      const body = await parseBody(schema, context.req.raw);
      return Response.json(await work(await open(), body));
    });
  route('list', place, (desk, { project }) => desk.list(project));
  route('add', addBody, (desk, wish) => desk.add(wish));
  route('remove', named, (desk, wish) => desk.remove(wish));
  route('enabled', enabledBody, (desk, wish) => desk.setEnabled(wish));
  route('trust', trustBody, (desk, wish) => desk.trust(wish));
  route('tools', someBody, (desk, wish) => desk.tools(wish));
  route('logout', named, (desk, wish) => desk.logOut(wish));
  const logins = new Map<string, (address: string) => void>();
  app.post('/mcp/login', async (context) => {
    const wish = await parseBody(loginBody, context.req.raw);
    const desk = await open();
    return answerLines<LoginEvent>(context.req.raw.signal, async (send, signal) => {
      const id = randomUUID();
      const onPage: LoginCourse['onPage'] = ({ address, bring }) => {
        logins.set(id, bring);
        send({ type: 'page', id, address });
      };
      try {
        send({ type: 'done', server: await desk.logIn(wish, { signal, onPage }) });
      } catch (error) {
        if (!(error instanceof AppError)) console.error(error);
        send({ type: 'error', error: toErrorEnvelope(error) });
      } finally {
        logins.delete(id);
      }
    });
  });
  app.post('/mcp/login/:id/back', async (context) => {
    const { address } = await parseBody(backBody, context.req.raw);
    const bring = logins.get(context.req.param('id'));
    if (bring === undefined)
      throw new AppError('not_found', 'This login has ended.', { hint: 'Begin a new one with `kalends mcp:login`.' });
    bring(address);
    return Response.json({ brought: true });
  });
  route('resources', named, async (desk, wish) => ({ resources: await desk.resources(wish) }));
  route('prompts', named, async (desk, wish) => ({ prompts: await desk.prompts(wish) }));
  route('check', someBody, async (desk, wish) => ({ checks: await desk.check(wish) }));
  route('export', exportBody, (desk, wish) => desk.export(wish));
  route('secrets/set', setSecretBody, (desk, wish) => desk.setSecret(wish));
  route('secrets/unset', secretBody, (desk, wish) => desk.unsetSecret(wish));
  route('secrets', someBody, (desk, wish) => ({ secrets: desk.secrets(wish) }));
}
