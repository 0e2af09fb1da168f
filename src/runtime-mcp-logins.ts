import type { ServerLogins, ServerPlace, ServerSecrets } from './accounts/index.ts';
import { AppError } from './errors.ts';
import {
  createLoginSession,
  fingerprintOf,
  interpolate,
  type LoginPage,
  type LoginSession,
  type LoginStore,
  type LoginWish,
  logIn,
  loginStateOf,
  type McpServerDefinition,
  revokeLogin,
  type ServerLogin,
} from './mcp/index.ts';
import { createGuardedStream, type Outgoing } from './outgoing/index.ts';
import type { ForeignLogin } from './owner/foreign.ts';
import { placeOf, valuesFor } from './runtime-mcp-place.ts';
import type { Redactor } from './toolkit/redact.ts';

export interface McpLoginsParts {
  readonly logins: ServerLogins;
  readonly secrets: ServerSecrets;
  readonly outgoing: Outgoing;
  readonly redactor: Redactor;
}

export interface KeptWish extends Omit<LoginWish, 'clientSecret'> {
  /** Names a kept secret of the server: that of a program which was registered by hand. */
  readonly secretKey?: string | undefined;
}

/** Whose login, and how a person gets it. */
export interface LoginCourse {
  /** Root of the project whose files name the server. */
  readonly root: string | undefined;
  readonly signal: AbortSignal;
  readonly onPage: (page: LoginPage) => void;
}

/** The logins at servers that are reached by an address. */
export interface McpLogins {
  sessionFor(definition: McpServerDefinition, root: string | undefined): LoginSession;
  /** How it stands, without asking anybody; `null` of a server that is a process. */
  describe(definition: McpServerDefinition, root: string | undefined): ForeignLogin | null;
  logIn(definition: McpServerDefinition, wish: KeptWish, course: LoginCourse): Promise<void>;
  /** Forgets it here, and says so to whoever gave it, where that is heard. */
  logOut(definition: McpServerDefinition, root: string | undefined): Promise<{ readonly hadLogin: boolean; readonly isRevoked: boolean }>;
}

export function createMcpLogins({ logins, secrets, outgoing, redactor }: McpLoginsParts): McpLogins {
  const fetch = createGuardedStream(outgoing);
  const sessions = new Map<string, { readonly fingerprint: string; readonly session: LoginSession }>();
  /** Servers that asked for a login since this process began. */
  const asked = new Set<string>();

  const learn = ({ accessToken, refreshToken, clientSecret }: ServerLogin) => {
    for (const secret of [accessToken, refreshToken, clientSecret]) if (secret !== null) redactor.learn(secret);
  };
  /** Most servers want no login: a vault that cannot be read does not stand in their way. A login says what is wrong with it. */
  const read = (place: ServerPlace): ServerLogin | undefined => {
    try {
      return logins.get(place);
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  };
  const storeOf = (place: ServerPlace): LoginStore => ({
    get: () => read(place),
    async replace(earlier, login) {
      learn(login);
      return logins.replace(place, earlier, login);
    },
  });
  const filler = (definition: McpServerDefinition, place: ServerPlace) => (text: string) =>
    interpolate(text, { ...valuesFor(place, { secrets, redactor }), server: definition.name });

  return {
    // One for all folders that use the same server: tokens are renewed once.
    sessionFor(definition, root) {
      const place = placeOf(definition, root);
      const key = keyOf(place);
      const fingerprint = fingerprintOf(definition);
      const known = sessions.get(key);
      if (known?.fingerprint === fingerprint) return known.session;
      const session = createLoginSession({
        server: definition.name,
        fingerprint,
        store: storeOf(place),
        fetch,
        now: Date.now,
        onNeeded: () => asked.add(key),
      });
      sessions.set(key, { fingerprint, session });
      return session;
    },

    describe(definition, root) {
      if (definition.reach.type !== 'http') return null;
      const place = placeOf(definition, root);
      const login = read(place);
      const fingerprint = fingerprintOf(definition);
      const url = filledOr(definition.reach.url, filler(definition, place));
      const state = loginStateOf(login, { fingerprint, url }, Date.now());
      if (login === undefined || state === 'none') {
        return { state: asked.has(keyOf(place)) ? 'needed' : 'none', by: null, scope: null, expiresAt: null, isRenewed: false };
      }
      const { issuer: by, scope, expiresAt, refreshToken } = login;
      return {
        state,
        by,
        scope,
        expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
        isRenewed: refreshToken !== null,
      };
    },

    async logIn(definition, { secretKey, ...wish }, { root, signal, onPage }) {
      const { name, reach } = definition;
      if (reach.type !== 'http') {
        throw new AppError('unsupported', `The MCP server "${name}" is a program on this machine; there is nothing to log in at.`, {
          hint: `What it wants to know goes into its entry: see \`kalends mcp:status ${name}\`.`,
        });
      }
      const place = placeOf(definition, root);
      const fill = filler(definition, place);
      const earlier = read(place);
      const login = await logIn(
        definition,
        { ...wish, ...(secretKey === undefined ? {} : { clientSecret: fill(`\${secret:${secretKey}}`) }) },
        {
          url: fill(reach.url),
          headers: Object.fromEntries(Object.entries(reach.headers).map(([header, text]) => [header, fill(text)])),
          fetch,
          now: Date.now,
          signal,
          onPage,
          earlier,
        },
      ).catch(async (error: unknown) => {
        // Whoever gives the logins may not know the registration any more, and tells only the person: the next one is new.
        if (earlier !== undefined && earlier.redirectUrl !== null) await logins.replace(place, earlier, { ...earlier, redirectUrl: null });
        throw error;
      });
      learn(login);
      await logins.save(place, login);
      asked.delete(keyOf(place));
    },

    async logOut(definition, root) {
      const place = placeOf(definition, root);
      const login = logins.get(place);
      if (login === undefined) return { hadLogin: false, isRevoked: false };
      await logins.forget(place);
      return { hadLogin: true, isRevoked: await revokeLogin(login, { fetch }) };
    },
  };
}

function keyOf({ server, project }: ServerPlace): string {
  return JSON.stringify([server, project]);
}

/** An address that refers to what is not there is nobody's. */
function filledOr(text: string, fill: (text: string) => string): string {
  try {
    return fill(text);
  } catch {
    return text;
  }
}
