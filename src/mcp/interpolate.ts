import { AppError } from '../errors.ts';

export interface InterpolationParts {
  readonly server: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A secret of this server; no server can name another's. */
  secret(key: string): string | undefined;
}

/** `${NAME}`, `${NAME:-otherwise}`, `${env:NAME}`, `${secret:KEY}` and a whole `@secret:mcp.SERVER.KEY`, anywhere in a text. */
const REFERENCE = /\$\{(?:(secret|env):)?([A-Za-z_][\w.-]*)(?::-([^}]*))?\}/g;
const WHOLE_SECRET = /^@secret:mcp\.([\w-]+)\.([\w.-]+)$/;

/** The text with what it refers to. A reference to nothing throws `not_configured`: an empty password is worse than none. */
export function interpolate(text: string, { server, environment, secret }: InterpolationParts): string {
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
    if (kind === 'secret') return secretOf(name, otherwise);
    const value = environment[name] || otherwise;
    if (value !== undefined) return value;
    throw new AppError('not_configured', `The MCP server "${server}" wants the environment variable "${name}", which is not set.`, {
      hint: `Set it where Kalends runs, or keep it as a secret: kalends mcp:secret:set ${server} ${name}, and write \${secret:${name}}.`,
    });
  });

  function secretOf(key: string, otherwise?: string): string {
    const value = secret(key) ?? otherwise;
    if (value !== undefined) return value;
    throw new AppError('not_configured', `The MCP server "${server}" wants its secret "${key}", and there is none.`, {
      hint: `Keep it with: kalends mcp:secret:set ${server} ${key}`,
    });
  }
}
