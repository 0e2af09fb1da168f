import { AppError } from '../errors.ts';

export interface InterpolationParts {
  readonly server: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder whose file names the server. */
  readonly folder?: string | undefined;
  /** A secret of this server; no server can name another's. */
  secret(key: string): string | undefined;
}

/**
 * `${NAME}`, `${NAME:-otherwise}`, `${env:NAME}` and `${secret:KEY}`, anywhere in a text; `${input:KEY}` is what editors ask their person for, which is a
 * secret here.
 */
export const REFERENCE = /\$\{(?:(secret|env|input):)?([A-Za-z_][\w.-]*)(?::-([^}]*))?\}/g;
/** Names that editors have for places. */
export const PLACES: ReadonlySet<string> = new Set(['workspaceFolder', 'userHome']);
/** `@secret:mcp.SERVER.KEY` */
export const WHOLE_SECRET = /^@secret:mcp\.([\w-]+)\.([\w.-]+)$/;

/** The text with what it refers to. A reference to nothing throws `not_configured`: an empty password is worse than none. */
export function interpolate(text: string, { server, environment, folder, secret }: InterpolationParts): string {
  const whole = WHOLE_SECRET.exec(text);
  if (whole) {
    const [, owner = '', key = ''] = whole;
    if (owner !== server) {
      throw new AppError('forbidden', `The MCP server "${server}" refers to a secret of "${owner}".`, {
        hint: `Give it its own: kalends mcp:secret:set ${server} ${key}`,
      });
    }
    return secretOf(key);
  }
  return text.replace(REFERENCE, (_match, kind: string | undefined, name: string, otherwise: string | undefined) => {
    if (kind === 'secret' || kind === 'input') return secretOf(name, otherwise);
    const value = (kind === undefined ? placeOf(name) : undefined) ?? (environment[name] || otherwise);
    if (value !== undefined) return value;
    throw new AppError('not_configured', `The MCP server "${server}" wants the environment variable "${name}", which is not set.`, {
      hint: `Set it where Kalends runs, or keep it as a secret: kalends mcp:secret:set ${server} ${name}, and write \${secret:${name}}.`,
    });
  });

  function placeOf(name: string): string | undefined {
    return name === 'workspaceFolder' ? folder : name === 'userHome' ? environment.HOME : undefined;
  }

  function secretOf(key: string, otherwise?: string): string {
    const value = secret(key) ?? otherwise;
    if (value !== undefined) return value;
    throw new AppError('not_configured', `The MCP server "${server}" wants its secret "${key}", and there is none.`, {
      hint: `Keep it with: kalends mcp:secret:set ${server} ${key}`,
    });
  }
}
