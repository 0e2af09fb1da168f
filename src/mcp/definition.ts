import { createHash } from 'node:crypto';
import { z } from 'zod';

/** How a server is reached: a process that is started, or an address. */
export type McpServerReach =
  | {
      readonly type: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  | { readonly type: 'http'; readonly url: string; readonly headers: Readonly<Record<string, string>> };

export interface McpServerDefinition {
  readonly name: string;
  readonly reach: McpServerReach;
  readonly timeoutSeconds: number;
  readonly isEnabled: boolean;
  /** Which file it stands in. */
  readonly path: string;
  readonly source: McpSource;
}

/** Files that name servers; later ones win. */
export type McpSource = 'user' | 'vscode' | 'cursor' | 'project';

const texts = z.record(z.string(), z.string());

/** An entry as the programs write it, with the spellings they use. */
const entrySchema = z.looseObject({
  type: z.enum(['stdio', 'http', 'streamable-http', 'streamableHttp', 'sse']).optional(),
  command: z.string().min(1).optional(),
  args: z.array(z.string()).optional(),
  env: texts.optional(),
  environment: texts.optional(),
  cwd: z.string().optional(),
  url: z.string().optional(),
  serverUrl: z.string().optional(),
  headers: texts.optional(),
  timeout: z.number().positive().optional(),
  timeoutSeconds: z.number().positive().optional(),
  enabled: z.boolean().optional(),
  disabled: z.boolean().optional(),
});

/** Letters that are safe in commands, paths of Lua and policies. */
export const SERVER_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/i;

/** What an entry says, or why it is not understood. */
export function parseEntry(
  name: string,
  entry: unknown,
  { path, source }: Pick<McpServerDefinition, 'path' | 'source'>,
): McpServerDefinition | { readonly problem: string } {
  if (!SERVER_NAME.test(name)) return { problem: `"${name}" is no name of a server: use letters, digits, - and _.` };
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success)
    return { problem: `The entry "${name}" is not understood: ${parsed.error.issues[0]?.path.join('.') ?? ''} is wrong.` };
  const { command, args = [], cwd, headers = {}, timeout, timeoutSeconds = timeout ?? 30, enabled = true, disabled = false } = parsed.data;
  const url = parsed.data.url ?? parsed.data.serverUrl;
  const rest = { name, timeoutSeconds: Math.min(timeoutSeconds, 600), isEnabled: enabled && !disabled, path, source };
  if (url !== undefined) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return { problem: `The address of "${name}" is no web address.` };
    return { ...rest, reach: { type: 'http', url, headers } };
  }
  if (command === undefined) return { problem: `The entry "${name}" has neither a command nor a url.` };
  const env = parsed.data.env ?? parsed.data.environment ?? {};
  return { ...rest, reach: { type: 'stdio', command, args, env, ...(cwd === undefined ? {} : { cwd }) } };
}

/** What a person trusts when they trust a server: everything that decides what is started or called. Any change of it needs trust anew. */
export function fingerprintOf({ reach, timeoutSeconds }: Pick<McpServerDefinition, 'reach' | 'timeoutSeconds'>): string {
  return createHash('sha256').update(toStableJson({ reach, timeoutSeconds })).digest('hex');
}

function toStableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A definition as an entry of a file. */
export function toEntry({ reach, timeoutSeconds, isEnabled }: McpServerDefinition): Readonly<Record<string, unknown>> {
  const rest = { ...(timeoutSeconds === 30 ? {} : { timeout: timeoutSeconds }), ...(isEnabled ? {} : { disabled: true }) };
  if (reach.type === 'http') {
    return { type: 'http', url: reach.url, ...(Object.keys(reach.headers).length === 0 ? {} : { headers: reach.headers }), ...rest };
  }
  const { command, args, env, cwd } = reach;
  return {
    command,
    ...(args.length === 0 ? {} : { args }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
    ...rest,
  };
}
