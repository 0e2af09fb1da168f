import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { type CommandNode, toTree } from '../../src/cli/tree.ts';
import { loadCommandDescriptions } from '../../src/runtime-catalog.ts';
import { createDocs } from '../../src/surfaces/docs.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';

const descriptions = await loadCommandDescriptions();
const root = resolve(import.meta.dirname, '../..');

/** A new installation after `kalends demo`. */
async function openDemonstration(): Promise<RunningKalends> {
  const home = makeHome();
  writeFileSync(join(home, 'config.json'), '{ "allowYes": true }');
  const environment = { KALENDS_CLOCK: FROZEN_CLOCK, KALENDS_API_KEY: OWN_ADDRESS.input, KALENDS_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1' };
  const kalends = await startKalends(home, environment);
  expect(runKalends(['demo'], { home }).code).toBe(0);
  return kalends;
}

/** What an example needs beyond the demonstration. */
interface Preparation {
  /** Words after it. */
  readonly more?: string;
  readonly input?: string;
  /** Commands before it. */
  readonly before?: readonly string[];
  /** It ends what others work with. */
  readonly isLast?: boolean;
  /** It writes files about MCP servers that no other command is to meet. */
  readonly isElsewhere?: boolean;
}

/** The service of the demonstration itself, as an account that is reached by its address. */
const OWN_ADDRESS = { more: '--stdin --url "$ADDRESS"', input: 'cal_0123456789abcdef01234567' };

const PREPARATIONS: Readonly<Record<string, Preparation>> = {
  // At a terminal it asks for the key, and calls Cal.com with it.
  'kalends accounts add': OWN_ADDRESS,
  'kalends accounts remove': { before: ['accounts rename cal office work'] },
  // Answers come after questions: these wait for one of their own.
  'kalends approvals show': { before: ['credits charge 1 --external-ref show'] },
  'kalends approvals approve': { before: ['credits charge 1 --external-ref approve'] },
  'kalends approvals deny': { before: ['credits charge 1 --external-ref deny'] },
  // Credits that were charged do not come back: the last thing that was done is to be another.
  'kalends undo': { before: ["schedules create Saturdays --hours 'Sat 09:00-12:00' --yes"] },
  'kalends mcp add': { isElsewhere: true },
  'kalends mcp import': { isElsewhere: true },
  'kalends mcp export': { isElsewhere: true },
  // Nothing works with a server that is switched off.
  'kalends mcp trust': { before: ['mcp:enable notes'] },
  // What another program does is asked about: Kalends cannot know what it is.
  'kalends mcp call': { more: '--yes' },
  'kalends mcp resource': { more: '--yes' },
  'kalends mcp prompt': { more: '--yes' },
  'kalends mcp secret set': { input: 'a-token' },
  'kalends whereby simulate end': { isLast: true },
  'kalends scripts remove': { isLast: true },
  'kalends mcp remove': { isLast: true },
};

/** Examples that cannot end here, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'kalends up': 'it serves until it is stopped; every trip starts it',
  'kalends stop': 'it ends what the others need; it is the last command below',
  'kalends demo': 'it made what the others name',
  'kalends migrate-to': 'it needs a PostgreSQL; src/store/keeping has one',
  'kalends mcp serve': 'it speaks MCP until its standard input ends; test/trips/mcp.test.ts speaks with it',
  'kalends mcp login': 'it needs a server that asks for a login; src/mcp has one',
  'kalends mcp logout': 'the same',
};

const leavesOf = (node: CommandNode): readonly CommandNode[] => (node.commands.length === 0 ? [node] : node.commands.flatMap(leavesOf));
const leaves = leavesOf(toTree(createProgram(() => undefined, descriptions)));
const isLast = ({ command }: CommandNode) => PREPARATIONS[command]?.isLast === true;
const inOrder = [...leaves.filter((leaf) => !isLast(leaf)), ...leaves.filter(isLast)].filter(
  ({ command }) => ELSEWHERE[command] === undefined,
);

describe('the example in the help of every command', () => {
  let kalends: RunningKalends;
  let directory: string;
  let elsewhere: string;

  beforeAll(async () => {
    kalends = await openDemonstration();
    directory = join(kalends.home, 'here');
    elsewhere = join(kalends.home, 'elsewhere');
    for (const place of [directory, elsewhere]) mkdirSync(join(place, '.git'), { recursive: true });
    const notes = { command: process.execPath, args: [join(root, 'test/support/notes-server.ts')] };
    writeFileSync(join(elsewhere, 'mcp.json'), JSON.stringify({ mcpServers: { other: notes } }));
    expect(run('kalends mcp:add notes', { more: `--global -- ${notes.command} ${notes.args[0]}` })).toMatchObject({ code: 0 });
  }, 60_000);

  afterAll(async () => {
    await kalends?.stop();
    removeHome(kalends?.home);
  });

  /** As a shell runs it. */
  function run(example: string, { more = '', input, isElsewhere = false }: Preparation = {}) {
    const line = `${example.replace(/^kalends/, '"$NODE" "$KALENDS"')} ${more}`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
      cwd: isElsewhere ? elsewhere : directory,
      encoding: 'utf8',
      timeout: 30_000,
      input: input ?? '',
      env: {
        ...process.env,
        ...{ NODE: process.execPath, KALENDS: join(root, 'bin/kalends.mjs'), ADDRESS: kalends.address, TZ: 'Europe/Amsterdam' },
        // A backup is put in place where nothing is.
        KALENDS_HOME: example.startsWith('kalends restore') ? join(kalends.home, 'another') : kalends.home,
      },
    });
    return { code: status, said: `${stdout}${stderr}` };
  }

  it('is there', () => {
    expect(leaves.filter(({ example }) => example === undefined).map(({ command }) => command)).toEqual([]);
    const known = new Set(leaves.map(({ command }) => command));
    expect([...Object.keys(PREPARATIONS), ...Object.keys(ELSEWHERE)].filter((command) => !known.has(command))).toEqual([]);
  });

  it.each(inOrder.map((leaf) => [leaf.example ?? '', leaf] as const))(
    '%s',
    (example, { command, effect }) => {
      const preparation = PREPARATIONS[command] ?? {};
      for (const words of preparation.before ?? []) run(`kalends ${words}`);
      const consent = effect === undefined || effect === 'read' ? '' : '--yes';
      const { code, said } = run(example, { ...preparation, more: [preparation.more ?? '', consent].join(' ') });
      expect({ example, code, said: code === 0 ? '' : said }).toEqual({ example, code: 0, said: '' });
    },
    40_000,
  );

  it('kalends stop', async () => {
    expect(run('kalends stop').code).toBe(0);
  });
});

describe('the samples of the generated pages', () => {
  let kalends: RunningKalends;

  beforeAll(async () => {
    kalends = await openDemonstration();
  }, 60_000);

  afterAll(async () => {
    await kalends?.stop();
    removeHome(kalends?.home);
  });

  it('all run as they stand', () => {
    const docs = createDocs({ descriptions });
    const samples = descriptions.map(({ tool }) => ({ tool, code: /```lua\n([\s\S]*?)```/.exec(docs.read(tool))?.[1] ?? '' }));
    const scripts = samples.map(
      ({ tool, code }) =>
        `do local ok, failure = pcall(function() ${code} end) if not ok then failures["${tool}"] = tostring(failure) end calls = calls + 1 end`,
    );
    const file = join(kalends.home, 'samples.lua');
    writeFileSync(file, `failures, calls = {}, 0\n${scripts.join('\n')}\nreturn failures, calls`);
    const { stdout } = runKalends(['lua', file, '--yes', '--json'], { home: kalends.home });
    const { error, result } = JSON.parse(stdout);
    expect(error).toBeNull();
    expect(result).toEqual([expect.anything(), descriptions.length]);
    expect(Object.entries(result[0])).toEqual([]);
  }, 60_000);
});
