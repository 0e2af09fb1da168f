import { redactText } from '../toolkit/redact.ts';
import { type McpServerDefinition, toEntry } from './definition.ts';
import { PLACES, REFERENCE, WHOLE_SECRET } from './interpolate.ts';
import { isSecretByName } from './secret-name.ts';

/** How other programs write their servers: `.mcp.json`, `.vscode/mcp.json`, `.cursor/mcp.json`. */
export const PORTABLE_FORMATS = ['mcp', 'vscode', 'cursor'] as const;

export type PortableFormat = (typeof PORTABLE_FORMATS)[number];

export interface Portable {
  /** The content of the file. */
  readonly content: Readonly<Record<string, unknown>>;
  /** Variables in the place of secrets: whoever uses the file sets them where the program runs. */
  readonly variables: readonly { readonly server: string; readonly name: string }[];
}

export interface PortableOptions {
  readonly format: PortableFormat;
  /** Whether a secret that we know stands in a text. */
  readonly holds: (text: string) => boolean;
}

/** The member of a file that holds the servers. */
export function memberOf(format: PortableFormat): 'servers' | 'mcpServers' {
  return format === 'vscode' ? 'servers' : 'mcpServers';
}

/** The servers for another program. No secret is in there, however it stands in our files: a reference takes its place. */
export function toPortable(servers: readonly McpServerDefinition[], { format, holds }: PortableOptions): Portable {
  const variables: { readonly server: string; readonly name: string }[] = [];
  const entries = servers.map((definition) => {
    const { name } = definition;
    const refer = (variable: string) => {
      if (!variables.some((known) => known.server === name && known.name === variable)) variables.push({ server: name, name: variable });
      return toReference(variable, format);
    };
    return [name, toForm(toEntry(withoutSecrets(definition, { format, holds, refer })), definition, format)] as const;
  });
  return { content: { [memberOf(format)]: Object.fromEntries(entries) }, variables };
}

const SECRET_PARAMETER = /([?&]([^=&#]*(?:key|token|secret|password|signature)[^=&#]*)=)([^&#]+)/gi;

interface Carefully extends PortableOptions {
  /** Writes a reference to a variable of this name, and remembers it. */
  readonly refer: (variable: string) => string;
}

function withoutSecrets(definition: McpServerDefinition, careful: Carefully): McpServerDefinition {
  const { name, reach } = definition;
  const clean = (text: string, about: string, isSecret = false) => cleanText(text, { ...careful, server: name, about, isSecret });
  const cleanAll = (held: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(held).map(([key, text]) => [key, clean(text, key, isSecretByName(key))]));
  if (reach.type === 'http') {
    const url = reach.url
      .replace(/(:\/\/[^/@:\s]*:)([^/@\s]+)@/, (_all, before: string, secret: string) => `${before}${clean(secret, 'password', true)}@`)
      .replace(SECRET_PARAMETER, (_all, before: string, about: string, secret: string) => `${before}${clean(secret, about, true)}`);
    return { ...definition, reach: { ...reach, url: clean(url, 'url'), headers: cleanAll(reach.headers) } };
  }
  return { ...definition, reach: { ...reach, args: cleanArguments(reach.args, clean), env: cleanAll(reach.env) } };
}

/** `--token=…`, and what follows `--token`. */
function cleanArguments(args: readonly string[], clean: (text: string, about: string, isSecret?: boolean) => string): readonly string[] {
  return args.map((argument, index) => {
    const [, flag, value] = /^(--?[\w-]+=)(.*)$/s.exec(argument) ?? [];
    if (flag !== undefined && value !== undefined) return `${flag}${clean(value, flag, isSecretByName(flag))}`;
    const before = args[index - 1] ?? '';
    const isNamed = /^--?[\w-]+$/.test(before) && isSecretByName(before) && !argument.startsWith('-');
    return isNamed ? clean(argument, before, true) : clean(argument, `argument_${index + 1}`);
  });
}

interface TextParts extends Carefully {
  readonly server: string;
  /** What the text is: names the variable in its place. */
  readonly about: string;
  readonly isSecret: boolean;
}

function cleanText(text: string, { format, holds, refer, server, about, isSecret }: TextParts): string {
  const whole = WHOLE_SECRET.exec(text);
  if (whole) return refer(toVariable(server, whole[2] ?? about));
  let hasReference = false;
  const referred = text.replace(REFERENCE, (match, kind: string | undefined, name: string, otherwise: string | undefined) => {
    hasReference = true;
    if (kind === undefined && PLACES.has(name)) return match;
    if (kind === 'secret' || kind === 'input') return refer(toVariable(server, name));
    return toReference(name, format, isSecret ? undefined : otherwise);
  });
  if (hasReference && !holds(text)) return referred;
  if (!isSecret && !holds(text) && redactText(text) === text) return text;
  if (text === '') return text;
  const [scheme = ''] = /^(?:Bearer|Basic|Token)\s+/i.exec(text) ?? [];
  return `${scheme}${refer(toVariable(server, about))}`;
}

/** Another program has its own word for a variable of the environment. */
function toReference(name: string, format: PortableFormat, otherwise?: string): string {
  if (format !== 'mcp') return `\${env:${name}}`;
  return otherwise === undefined ? `\${${name}}` : `\${${name}:-${otherwise}}`;
}

/** "notes", "X-Api-Key" → "NOTES_X_API_KEY": two servers never share one by chance. */
function toVariable(server: string, about: string): string {
  const words = [server, about].map((word) => word.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, ''));
  return words
    .join('_')
    .toUpperCase()
    .replace(/^(?=\d)/, '_');
}

/** The spellings of the program. */
function toForm(entry: Readonly<Record<string, unknown>>, { reach }: McpServerDefinition, format: PortableFormat): unknown {
  if (format === 'vscode') return { type: reach.type, ...entry };
  if (format === 'mcp') return entry;
  const { type: _type, ...rest } = entry;
  return rest;
}
