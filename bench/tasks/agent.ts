import { createSystemPrompt } from '../../src/agent/prompt.ts';
import { toModelResult, toResultJson } from '../../src/surfaces/model.ts';
import { NOW, type World } from './world.ts';

/** A tool by its full name, and what it is given. */
export type Call = readonly [tool: string, input?: Readonly<Record<string, unknown>>];

/** What doing a task costs. A turn is one answer of the model: calls that need nothing of each other, or the last sentence. */
export interface Cost {
  readonly turns: number;
  /** All that is said once: rules, definitions, sentence, calls, results, answer. Four characters are a token. */
  readonly newTokens: number;
  /** What the model reads in all its turns together: every turn is sent everything before it. */
  readonly inputTokens: number;
  /** What the model writes. */
  readonly outputTokens: number;
  /** What the definitions of the tools cost, in every turn. */
  readonly definitionTokens: number;
}

/** A model that plays a task by its script, and counts. */
export interface Player {
  /** One answer with these calls; what each of them answered. Only listed tools, and those that a search has found, can be called. */
  turn(...calls: readonly Call[]): Promise<readonly unknown[]>;
  /** The last answer. */
  say(answer: unknown): Cost;
}

const NAMES_OF_LUA = /^(execute_lua|lua_)/;

/** A conversation of its own for each task, with the tools of the chat: those of the catalogue alone, or those of scripts alone. */
export function openPlayer(world: World, sentence: string, way: 'calls' | 'script'): Player {
  const { surface, olivia } = world;
  const listed = surface.tools.filter(({ name }) => NAMES_OF_LUA.test(name) === (way === 'script'));
  const definitions = listed.map(({ name, description, inputSchema }) => ({ name, description, parameters: inputSchema }));
  const definitionTokens = toTokens(lengthOf(definitions));
  world.say(sentence);
  let context =
    lengthOf(definitions) + createSystemPrompt({ principal: olivia, timeZone: olivia.timeZone, now: NOW }).length + sentence.length;
  let read = 0;
  let written = 0;
  let turns = 0;
  let found = '';

  const write = (text: unknown) => {
    turns += 1;
    read += context;
    written += lengthOf(text);
    context += lengthOf(text);
  };

  const toCall = ([tool, input = {}]: Call) => {
    const name = tool.split('.').at(-1) ?? tool;
    const known = listed.find((definition) => definition.name === name || definition.name === tool.replace('.', '_'));
    if (known !== undefined) return { name: known.name, arguments: input };
    if (!found.includes(`"${tool}"`)) throw new Error(`"${tool}" is called, and was neither listed nor found before.`);
    return { name: 'call_tool', arguments: { name: tool, arguments: input } };
  };

  return {
    async turn(...calls) {
      const wanted = calls.map(toCall);
      write(wanted);
      const outputs: unknown[] = [];
      for (const { name, arguments: input } of wanted) {
        const toolCallId = `call-${turns}-${outputs.length}`;
        const turn = { turnId: `${sentence} ${way}`, toolCallId, utterance: sentence, words: world.words() };
        const outcome = await surface.run({ principal: olivia, timeZone: olivia.timeZone, tool: name, input, ...turn });
        if (outcome.status !== 'done') throw new Error(`${sentence}\n${name} ${JSON.stringify(input)}\n${JSON.stringify(outcome)}`);
        const result = toResultJson(toModelResult(outcome));
        context += lengthOf(result);
        if (name === 'search_tools' || name.startsWith('lua_')) found += JSON.stringify(result);
        if (name === 'execute_lua') checkScript(String((input as { code?: unknown }).code), found);
        outputs.push(outcome.output);
      }
      return outputs;
    },
    say(answer) {
      write(answer);
      return { turns, newTokens: toTokens(context), inputTokens: toTokens(read), outputTokens: toTokens(written), definitionTokens };
    },
  };
}

/** A script may use only what was read about before it was written. */
function checkScript(code: string, found: string): void {
  for (const [name] of code.matchAll(/app\.integrations\.\w+\.\w+/g)) {
    if (!found.includes(`${name}(`)) throw new Error(`The script calls "${name}", and its signature was not read.`);
  }
  if (/\b(time\.|paginate\(|parallel\(|json\.|regex\.)/.test(code) && !found.includes('# lua')) {
    throw new Error(`The script uses what only the page about Lua tells:\n${code}`);
  }
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : JSON.stringify(value).length;
}

function toTokens(characters: number): number {
  return Math.ceil(characters / 4);
}
