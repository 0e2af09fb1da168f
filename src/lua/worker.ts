import { DEFAULT_BUDGETS } from './budgets.ts';
import { type LuaCatalogue, type LuaNames, type LuaTarget, openNames } from './catalogue.ts';
import { type Lines, openLines } from './lines.ts';
import { Stop } from './machine.ts';
import {
  type CallAnswer,
  type CallAnswers,
  type CallRequest,
  type Ending,
  type EvaluateMessage,
  GRACE_MS,
  LINE,
  type WorkerMessage,
  writeUsage,
} from './protocol.ts';
import { openScriptHost } from './script.ts';
import { endsWithin } from './watchdog.ts';

// The program of a run's own process. It does one thing at a time and reads its socket itself: a call is a line out and a line in.
const SOCKET = 3;
// One small script before the first real one: what it needs of the interpreter and of our own code is compiled afterwards.
const REHEARSAL: EvaluateMessage = {
  type: 'evaluate',
  name: 'rehearsal',
  source: `
    local call = app.integrations.rehearsal.call
    for index = 1, 20 do call({ text = "a", index = index, list = { 1.5, true } }) end
    print(call("a"), { a = 1 })
    return call("a"), pcall(call, print)`,
  args: '{}',
  names: JSON.stringify([{ integrations: [{ name: 'rehearsal', functions: [{ name: 'call', parameters: ['text'] }] }] }, ['now']]),
  budgets: DEFAULT_BUDGETS,
  isLine: false,
};
const REHEARSED_ANSWER = '1000 {"answers":[{"ok":true,"value":{"list":[1,"a",null],"fields":{"flag":true}}}]}';
const host = await openScriptHost();
const beginnings = new WeakMap<LuaTarget, string>();
let known: { readonly text: string; readonly names: LuaNames } | undefined;
let lines: Lines = { read: () => REHEARSED_ANSWER, write: () => true };
evaluateWatched(REHEARSAL);
lines = openLines(SOCKET);
send(LINE.ready);
for (let line = lines.read(); line !== undefined; line = lines.read()) {
  // Our own other half writes this text.
  const message = JSON.parse(line) as WorkerMessage;
  if (message.type === 'complete') complete(message.text);
  else evaluateWatched(message);
  // V8's own tasks get a turn.
  await new Promise(setImmediate);
}
process.exit();
/** Whoever started this process is gone, and with it everybody who wanted to know. */
function send(text: string): void {
  if (!lines.write(text)) process.exit();
}

/** A metatable of the script's may be asked for names, so that has limits too. */
function complete(text: string): void {
  host.machine.endIn(GRACE_MS);
  send(LINE.completions + JSON.stringify(host.complete(text)));
}

/** A process that is still at it when even the longest run would be over belongs to nobody: its owner would have ended it. */
function evaluateWatched(message: EvaluateMessage): void {
  const { wallMs, waitMs } = message.budgets;
  const longest = Math.min(wallMs + waitMs + GRACE_MS * 2, 2 ** 31 - 1);
  const isOver = endsWithin(longest, () => {
    const ending = JSON.stringify(evaluate(message));
    send(`${usage()}\n${LINE.done}${ending}`);
  });
  if (!isOver) process.exit();
}

function evaluate(message: EvaluateMessage): Ending {
  const { budgets } = message;
  host.machine.limit({ memoryBytes: budgets.memoryBytes, instructions: budgets.instructions, onUse: () => send(usage()) });
  host.machine.endIn(budgets.wallMs);
  send(usage());
  try {
    return host.evaluate({
      source: message.source,
      name: message.name,
      args: message.args,
      isLine: message.isLine,
      mostResultBytes: budgets.outputBytes,
      setting: { names: namesFor(message.names), call, print: openOutput(budgets.outputBytes) },
    });
  } catch (error) {
    // The interpreter itself gave up, out of its stack for instance: nothing of it is used again.
    const message = `The interpreter stopped: ${(error as Error).message}`;
    return {
      error: { code: /memory/i.test(message) ? 'memory_limit' : 'runtime', message, retryable: false },
      warnings: [],
      isBroken: true,
    };
  }
}

function usage(): string {
  return LINE.usage + writeUsage(host.machine.used());
}

/** The lines of a REPL share their names, so that a function kept in a variable stays one. */
function namesFor(text: string): LuaNames {
  if (known?.text !== text) {
    const [catalogue, timeOperations] = JSON.parse(text) as readonly [LuaCatalogue, readonly string[]];
    known = { text, names: openNames(catalogue, timeOperations) };
  }
  return known.names;
}

/** Every call of a function begins with the same text. */
function toText({ path, target, arguments: values }: CallRequest): string {
  let beginning = beginnings.get(target);
  if (beginning === undefined) {
    beginning = `{"path":${JSON.stringify(path)},"target":${JSON.stringify(target)},"arguments":`;
    beginnings.set(target, beginning);
  }
  return `${beginning}${values}}`;
}

/** Sends the calls and sleeps until the host has answered: the script sees an ordinary function return. */
function call(calls: readonly CallRequest[]): readonly CallAnswer[] {
  send(`${LINE.calls}[${calls.map(toText).join(',')}]`);
  const line = lines.read();
  if (line === undefined) process.exit();
  const space = line.indexOf(' ');
  host.machine.endIn(Number(line.slice(0, space)));
  // The host writes this text itself, from `CallAnswers`.
  const reply = JSON.parse(line.slice(space + 1)) as CallAnswers;
  if ('stop' in reply) throw new Stop(reply.stop);
  return reply.answers;
}

/** Sends each line as it is printed: the host has it whatever becomes of this process. */
function openOutput(mostBytes: number): (text: string) => void {
  let left = mostBytes;
  let isFirst = true;
  return (text) => {
    const line = isFirst ? text : `\n${text}`;
    isFirst = false;
    const size = Buffer.byteLength(line);
    const fitting = size <= left ? line : line.slice(0, new TextEncoder().encodeInto(line, new Uint8Array(left)).read);
    left -= size;
    if (fitting !== '') send(LINE.output + JSON.stringify(fitting));
    if (left < 0) throw new Stop('output_limit');
  };
}
