import type { Command } from 'commander';
import type { CommandDescription } from '../surfaces/cli.ts';
import { addDetails, asList, asWrite, does, find, group, leaf, type Report } from './command.ts';

/** `kalends integrations …`, also spelled `integrations:…`: the catalogue for programs. */
export function addIntegrations(program: Command, report: Report, descriptions: readonly CommandDescription[]): void {
  group(program, 'integrations', 'See, set up and call every function by its name.', (integrations) =>
    fillIntegrations(integrations, report, descriptions),
  );
}

function fillIntegrations(integrations: Command, report: Report, descriptions: readonly CommandDescription[]): void {
  fillAll(integrations, report, descriptions);
  const functions = descriptions.map(({ tool }) => tool);
  for (const name of ['call', 'schema', 'docs', 'examples']) {
    const command = find(integrations, name);
    if (command) addDetails(command, { choices: functions });
  }
  for (const name of ['fields', 'doctor', 'configure']) {
    const command = find(integrations, name);
    if (command) addDetails(command, { choices: ['cal', 'whereby'] });
  }
  for (const namespace of new Set(descriptions.map((description) => description.namespace))) {
    const command = find(integrations, namespace);
    const own = descriptions.filter((description) => description.namespace === namespace);
    if (command) addDetails(command, { choices: own.map(({ name }) => name) });
  }
}

function fillAll(integrations: Command, report: Report, descriptions: readonly CommandDescription[]): void {
  fillDiscovery(integrations, report, descriptions);
  fillSetup(integrations, report, descriptions);
  fillCalls(integrations, report, descriptions);
}

function fillDiscovery(integrations: Command, report: Report, descriptions: readonly CommandDescription[]): void {
  const load = () => import('./commands/integrations.ts');
  does(
    asList(leaf(integrations, 'list', { summary: 'List the providers and their functions.', example: 'integrations:list --json' })),
    report,
    async (values, terminal) => (await load()).listIntegrations(descriptions, values, terminal),
  );
  does(
    asList(leaf(integrations, 'search <query...>', { summary: 'Find functions by words.', example: 'integrations:search cancel' })),
    report,
    async (_values, terminal, words) => (await load()).searchIntegrations(descriptions, terminal, words),
  );
  for (const [name, summary] of [
    ['docs', 'Read the page of a provider or a function.'],
    ['examples', 'See how a function is called.'],
  ] as const) {
    does(
      leaf(integrations, `${name} [page]`, { summary, example: `integrations:${name} cal.list_bookings` }).option(
        '--format <format>',
        'text, markdown or json.',
      ),
      report,
      async (values, terminal, words) =>
        (await load()).readDocs(descriptions, { values, terminal, words, isExamples: name === 'examples' }),
    );
  }
  does(
    leaf(integrations, 'schema <function>', {
      summary: "Print the JSON Schema of a function's arguments.",
      example: 'integrations:schema cal.list_bookings',
    }),
    report,
    async (_values, terminal, words) => (await load()).printSchema(descriptions, terminal, words),
  );
}

function fillSetup(integrations: Command, report: Report, descriptions: readonly CommandDescription[]): void {
  const load = () => import('./commands/integration-setup.ts');
  does(
    asList(
      leaf(integrations, 'status', {
        summary: 'Show the accounts of each provider, and what they may do.',
        example: 'integrations:status',
      }),
    ),
    report,
    async (_values, terminal) => (await load()).showStatus(descriptions, terminal),
  );
  does(
    asList(
      leaf(integrations, 'fields <provider>', {
        summary: 'List what an account of a provider is made of.',
        example: 'integrations:fields cal',
      }),
    ).option('--account <name>', 'Which account; default when absent.'),
    report,
    async (values, terminal, words) => (await load()).showFields(values, terminal, words),
  );
  does(
    asList(
      leaf(integrations, 'doctor [provider]', {
        summary: 'Look whether a provider is set up.',
        example: 'integrations:doctor cal --live',
      }),
    ).option('--live', 'Really call each account.'),
    report,
    async (values, terminal, words) => (await load()).examineProviders(descriptions, values, terminal, words),
  );
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  does(
    leaf(integrations, 'configure <provider>', {
      summary: 'Set the key, the address and the permissions of an account.',
      example: 'integrations:configure cal --account work --write ask',
    })
      .option('--account <name>', 'Which account; without it the key is that of "default", and the permissions count for every account.')
      .option('--set <field=value>', 'A field; see integrations:fields. Repeat it for more.', collect)
      .option('--unset <field>', 'A field to take away; without its key an account is forgotten.', collect)
      .option('--stdin-json', 'Read {"set": {}, "permissions": {}} from standard input.')
      .option('--read <verdict>', 'allow, ask or deny.')
      .option('--write <verdict>', 'allow, ask or deny, for everything that changes something.')
      .option('--permissions <list>', 'Both: "read:allow,write:ask".')
      .option('--no-test', 'Store the key without calling the provider first.'),
    report,
    async (values, terminal, words) => (await load()).configure(values, terminal, words),
  );
}

function fillCalls(integrations: Command, report: Report, descriptions: readonly CommandDescription[]): void {
  const load = () => import('./commands/integration-call.ts');
  does(
    asCall(
      leaf(integrations, 'call <function> [input...]', {
        summary: 'Call a function by its name.',
        example: 'integrations:call cal.list_bookings --status upcoming --json',
      }),
    ),
    report,
    async (values, terminal, words) => (await load()).callIntegration(descriptions, values, terminal, words),
  );
  for (const namespace of new Set(descriptions.map((description) => description.namespace))) {
    if (find(integrations, namespace)) continue;
    const [first] = descriptions.filter((description) => description.namespace === namespace);
    does(
      asCall(
        leaf(integrations, `${namespace} [function] [input...]`, {
          summary: `Call a function of ${namespace}; without one, read about it.`,
          example: `integrations:${namespace} ${first?.name ?? ''}`,
        }),
      ),
      report,
      async (values, terminal, words) => (await load()).callProvider(descriptions, { namespace, values, terminal, words }),
    );
  }
}

/** Flags that are none of these are the function's arguments. */
function asCall(command: Command): Command {
  return asWrite(command)
    .option('--account <name>', 'Account to use; see `kalends accounts list`.')
    .option('--format <format>', 'json wraps the result in an envelope; card, table, jsonl and csv print it alone.')
    .option('--force', 'Pass over the policy; obeyed only if your config.json says "allowForce": true.')
    .option('--arg <key=value>', 'An argument; the same as key=value.', (value: string, before: readonly string[] = []) => [
      ...before,
      value,
    ])
    .allowUnknownOption()
    .allowExcessArguments();
}
