import { AppError } from '../../errors.ts';
import type { CommandDescription } from '../../surfaces/cli.ts';
import { createDocs, parametersOf } from '../../surfaces/docs.ts';
import { accessOf, toTitle } from '../../surfaces/naming.ts';
import { toCommandLine, toLuaCall } from '../../surfaces/samples.ts';
import { createToolNames } from '../../surfaces/tool-names.ts';
import { toTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import { textOf, type Values } from './values.ts';

/** A function as programs are told of it. */
function toFunctionObject(description: CommandDescription) {
  const { namespace, name, tool, summary, effect, accounts, schema, example } = description;
  return {
    provider: namespace,
    function: name,
    name: tool,
    slug: `${namespace}_${name}`,
    title: toTitle(name),
    description: summary,
    operation: effect === 'read' ? 'read' : 'write',
    effect,
    access: accessOf(description),
    accounts,
    input_schema: schema,
    example,
  };
}

export async function listIntegrations(descriptions: readonly CommandDescription[], values: Values, terminal: Terminal): Promise<number> {
  const byNamespace = Map.groupBy(descriptions, ({ namespace }) => namespace);
  if (['table', 'csv', 'jsonl'].includes(textOf(values, 'format') ?? '')) {
    // A row for each function, not one for each provider.
    terminal.printJson(descriptions.map(toRow));
  } else if (terminal.isJson) {
    const providers = Object.fromEntries(
      [...byNamespace].map(([namespace, members]) => [namespace, { functions: members.map(toFunctionObject) }]),
    );
    terminal.printJson({ success: true, providers });
  } else {
    terminal.print(toTable(descriptions.map(toRow), terminal.look).trimEnd());
    terminal.say('Read about one with `kalends integrations:docs cal.list_bookings`.');
  }
  return 0;
}

export async function searchIntegrations(
  descriptions: readonly CommandDescription[],
  terminal: Terminal,
  words: readonly string[],
): Promise<number> {
  const query = words.join(' ');
  const found = createDocs({ descriptions }).search(query);
  if (terminal.isJson) terminal.printJson({ success: true, query, functions: found.map(toFunctionObject) });
  else terminal.print(found.length === 0 ? `Nothing is found for "${query}".` : toTable(found.map(toRow), terminal.look).trimEnd());
  return 0;
}

export interface DocsRequest {
  readonly values: Values;
  readonly terminal: Terminal;
  readonly words: readonly string[];
  readonly isExamples: boolean;
}

export async function readDocs(
  descriptions: readonly CommandDescription[],
  { values, terminal, words: [page], isExamples }: DocsRequest,
): Promise<number> {
  const format = textOf(values, 'format');
  if (format !== undefined && !['text', 'markdown', 'json'].includes(format)) {
    throw new AppError('invalid_input', `There is no format "${format}".`, { hint: 'There are text, markdown and json.' });
  }
  const isJson = format === 'json' || (format === undefined && values.json === true);
  const docs = createDocs({ descriptions });
  const text = page === undefined ? docs.list() : docs.read(page); // an unknown page ends here
  const found = page === undefined ? undefined : createToolNames(descriptions).find(page)?.description;
  if (isJson) {
    terminal.printJson({
      success: true,
      page: page ?? null,
      ...(found === undefined
        ? { text }
        : { ...toFunctionObject(found), parameters: parametersOf(found.schema), samples: samplesOf(found) }),
    });
  } else if (isExamples && found !== undefined) {
    const { command, generic, lua } = samplesOf(found);
    terminal.print(`${command}\n${generic}\n\n${lua}`);
  } else {
    terminal.print(text);
  }
  return 0;
}

export async function printSchema(
  descriptions: readonly CommandDescription[],
  terminal: Terminal,
  [name = '']: readonly string[],
): Promise<number> {
  terminal.printJson(createToolNames(descriptions).get(name).description.schema);
  return 0;
}

function samplesOf(description: CommandDescription) {
  const { tool, example } = description;
  return {
    command: `kalends ${toCommandLine(description)}`,
    generic: `kalends ${toCommandLine({ tool, example })}`,
    lua: toLuaCall(description, example),
    json: example,
  };
}

function toRow(description: CommandDescription) {
  return { name: description.tool, access: accessOf(description), title: description.summary };
}
