import MiniSearch from 'minisearch';
import { AppError } from '../errors.ts';
import type { CommandDescription, JsonSchema } from './cli.ts';
import { LUA_PAGE } from './lua-page.ts';
import { accessOf } from './naming.ts';
import { toCommandLine, toLuaCall } from './samples.ts';
import { createToolNames } from './tool-names.ts';

/** The pages about the catalogue: one for each namespace and each function, in both spellings (`cal…` and `integrations.cal…`). */
export interface Docs {
  /** The page that lists the others. */
  list(): string;
  /** A page as text; `not_found` with the closest names. */
  read(page: string): string;
  /** Functions whose name or description has the words, best first. */
  search(query: string, limit?: number): readonly CommandDescription[];
  /** The same for scripts, a line for each: how it is called, what it answers, what it is for. */
  searchLines(query: string, limit?: number): string;
}

export interface DocsParts {
  readonly descriptions: readonly CommandDescription[];
  /** Names of the accounts of each namespace; the default first. */
  readonly accounts?: Readonly<Record<string, readonly string[]>>;
}

/** One argument of a function, as a row of a table. */
export interface Parameter {
  readonly name: string;
  /** `integer`, `string`, `string[]`, `"past" | "upcoming"` */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

export function createDocs({ descriptions, accounts = {} }: DocsParts): Docs {
  const names = createToolNames(descriptions);
  const namespaces = [...new Set(descriptions.map(({ namespace }) => namespace))];
  const accountsOf = (namespace: string) => accounts[namespace] ?? ['default'];

  function readNamespace(namespace: string, account?: string): string {
    const path = `app.integrations.${namespace}${account === undefined ? '' : `.${account}`}`;
    const members = descriptions.filter((description) => description.namespace === namespace);
    return [
      `# ${path}`,
      '',
      `Accounts: ${accountsOf(namespace).join(', ')}`,
      '',
      ...members.map((member) => `- ${path}.${member.name}(${toSignatures(member)}) · ${accessOf(member)} · ${member.summary}`),
      '',
      `Read one with docs.read("${namespace}.${members[0]?.name ?? ''}").`,
    ].join('\n');
  }

  const list = (): string =>
    [
      '# Functions',
      '',
      ...namespaces.map((namespace) => {
        const members = descriptions.filter((description) => description.namespace === namespace);
        return `- ${namespace}: ${members.length} functions: ${members.map(({ name }) => name).join(', ')}`;
      }),
      '',
      'Read a page with docs.read("cal") or docs.read("cal.list_bookings"); search with docs.search("cancel"). What Lua has beside them: docs.read("lua").',
    ].join('\n');

  return {
    list,
    read(page) {
      const parts = page
        .trim()
        .toLowerCase()
        .replaceAll('-', '_')
        .replace(/^app\./, '')
        .replace(/^integrations(?:\.|$)/, '')
        .split('.');
      const [namespace = '', second] = parts;
      if (namespace === '' || namespace === 'overview') return list();
      if (namespace === 'lua' && second === undefined) return LUA_PAGE;
      if (namespaces.includes(namespace)) {
        if (second === undefined) return readNamespace(namespace);
        const isAccount = parts.length === 2 && accountsOf(namespace).some((account) => account.replaceAll('-', '_') === second);
        if (isAccount && !names.find(page)) return readNamespace(namespace, second);
      }
      const found = names.find(page);
      if (found) return toFunctionPage(found.description);
      const suggestions = names.closest(page);
      throw new AppError('not_found', `There is no page "${page}".`, {
        hint: suggestions.length > 0 ? `Did you mean ${suggestions.join(', ')}?` : `There are ${namespaces.join(', ')}.`,
        details: { suggestions },
      });
    },
    search: (query, limit = 20) => searchFunctions(descriptions, query, limit),
    searchLines: (query, limit = 5) => searchFunctions(descriptions, query, limit).map(toLine).join('\n'),
  };
}

/** The arguments of a function, in its schema's order. */
export function parametersOf(schema: JsonSchema): readonly Parameter[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    type: typeText(field),
    isRequired: schema.required?.includes(name) === true,
    description: field.description ?? '',
  }));
}

function toFunctionPage(description: CommandDescription): string {
  const { tool, namespace, name, summary, schema, example, effect, notUndoable, answer } = description;
  const parameters = parametersOf(schema);
  const lines = [
    `# ${tool}`,
    '',
    summary,
    '',
    `Access: ${accessOf(description)}${effect === 'destroy' ? ' (takes something away)' : ''}`,
    ...(effect === 'read' ? [] : [`Undo: ${notUndoable ?? 'kalends undo last'}`]),
    `Also called: ${name}, ${namespace}_${name}, ${namespace}.${namespace}_${name}`,
    '',
    '## Parameters',
    '',
    ...(parameters.length === 0 ? ['None.'] : ['| name | type | required | description |', '|---|---|---|---|']),
    ...parameters.map(
      (parameter) =>
        `| ${[parameter.name, parameter.type, parameter.isRequired ? 'yes' : 'no', parameter.description].map(toCell).join(' | ')} |`,
    ),
    ...nestedTables(schema),
    ...(answer === undefined ? [] : ['', '## Answer', '', '```text', answer, '```']),
    '',
    '## Samples',
    '',
    'Lua:',
    '',
    '```lua',
    toLuaCall(description, example),
    '```',
    '',
    'Command line:',
    '',
    '```sh',
    `kalends ${toCommandLine(description)}`,
    `kalends integrations:call ${tool} '${JSON.stringify(example).replaceAll("'", `'\\''`)}'`,
    '```',
  ];
  return lines.join('\n');
}

/** Objects inside arguments have tables of their own. */
function nestedTables(schema: JsonSchema): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = field.properties ? field : field.items?.properties ? field.items : undefined;
    if (inner === undefined) return [];
    return [
      '',
      `### ${name}${field.items ? '[]' : ''}`,
      '',
      '| name | type | required | description |',
      '|---|---|---|---|',
      ...parametersOf(inner).map(
        (row) => `| ${[row.name, row.type, row.isRequired ? 'yes' : 'no', row.description].map(toCell).join(' | ')} |`,
      ),
    ];
  });
}

function searchFunctions(descriptions: readonly CommandDescription[], query: string, limit: number): readonly CommandDescription[] {
  const index = new MiniSearch<{ id: number; name: string; summary: string; parameters: string }>({
    fields: ['name', 'summary', 'parameters'],
    tokenize: (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean),
  });
  index.addAll(
    descriptions.map(({ tool, summary, schema }, id) => ({
      id,
      name: tool,
      summary,
      parameters: Object.keys(schema.properties ?? {}).join(' '),
    })),
  );
  return index
    .search(query, { boost: { name: 4, summary: 2 }, fuzzy: 0.2, prefix: true })
    .slice(0, limit)
    .flatMap(({ id }) => descriptions[Number(id)] ?? []);
}

/** What a write answers stands on its page; a script seldom looks at it. */
function toLine(description: CommandDescription): string {
  const { tool, answer, effect, summary } = description;
  const answered = answer === undefined || effect !== 'read' ? '' : ` -> ${answer}`;
  return `app.integrations.${tool}(${toSignatures(description)})${answered} - ${accessOf(description)}. ${summary}`;
}

function toSignatures({ schema }: CommandDescription): string {
  const parameters = parametersOf(schema);
  return parameters.length === 0 ? '' : `{ ${parameters.map(toSignature).join(', ')} }`;
}

function toSignature({ name, isRequired }: Parameter): string {
  return isRequired ? name : `${name}?`;
}

function typeText(field: JsonSchema): string {
  if (field.anyOf) return [...new Set(field.anyOf.map(typeText))].join(' or ');
  if (field.enum) return field.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (field.items) return `${typeText(field.items)}[]`;
  return field.type === undefined ? 'any' : [field.type].flat().join(' or ');
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
