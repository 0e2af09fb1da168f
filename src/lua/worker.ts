import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { type LuaCatalogue, type LuaNames, openNames } from './catalogue.ts';
import { Stop } from './machine.ts';
import type { CallAnswer, CallAnswers, CallRequest, CompleteMessage, Ending, EvaluateMessage, WorkerMessage } from './protocol.ts';
import { CONTROL, stopReasonOf } from './protocol.ts';
import { openScriptHost } from './script.ts';

if (parentPort === null) throw new Error('worker.ts runs as a worker thread only.');
const port = parentPort;
const host = await openScriptHost();
const encoder = new TextEncoder();

port.on('message', (message: EvaluateMessage | CompleteMessage) => {
  if (message.type === 'complete') post({ type: 'completions', names: host.complete(message.text) });
  else post({ type: 'done', ending: JSON.stringify(evaluate(message)) });
});
post({ type: 'ready' });

function post(message: WorkerMessage): void {
  port.postMessage(message);
}

function evaluate(message: EvaluateMessage): Ending {
  const { budgets, control, output, catalogue, timeOperations } = message;
  host.machine.limit({ memoryBytes: budgets.memoryBytes, instructions: budgets.instructions, control });
  try {
    return host.evaluate({
      source: message.source,
      name: message.name,
      args: message.args,
      isLine: message.isLine,
      mostResultBytes: budgets.outputBytes,
      setting: {
        names: namesFor(catalogue, timeOperations),
        call: (calls) => call(calls, control),
        print: (text) => print(text, control, output),
      },
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

let known: { readonly text: string; readonly names: LuaNames } | undefined;

/** The lines of a REPL share their names, so that a function kept in a variable stays one. */
function namesFor(catalogue: LuaCatalogue, timeOperations: readonly string[]): LuaNames {
  const text = JSON.stringify([catalogue, timeOperations]);
  if (known?.text !== text) known = { text, names: openNames(catalogue, timeOperations) };
  return known.names;
}

function toText({ path, target, arguments: values }: CallRequest): string {
  return `{"path":${JSON.stringify(path)},"target":${JSON.stringify(target)},"arguments":${values}}`;
}

/** Posts the calls and sleeps until the host has answered: the script sees an ordinary function return. */
function call(calls: readonly CallRequest[], control: Int32Array): readonly CallAnswer[] {
  Atomics.store(control, CONTROL.answered, 0);
  post(`[${calls.map(toText).join(',')}]`);
  // In a loop: the wake-up of the answer before may arrive after its answer was seen.
  while (Atomics.load(control, CONTROL.answered) === 0) Atomics.wait(control, CONTROL.answered, 0);
  const asked = stopReasonOf(Atomics.load(control, CONTROL.stop));
  if (asked !== undefined) throw new Stop(asked);
  const received: { readonly message: string } | undefined = receiveMessageOnPort(port);
  if (received === undefined) throw new Error('The host woke the script without an answer.');
  // The host writes this text itself, from `CallAnswers`.
  const reply = JSON.parse(received.message) as CallAnswers;
  if ('stop' in reply) throw new Stop(reply.stop);
  return reply.answers;
}

/** Appends a line where the host can read it whatever becomes of this thread. */
function print(text: string, control: Int32Array, output: Uint8Array): void {
  const at = control[CONTROL.outputBytes] ?? 0;
  const line = at === 0 && control[CONTROL.printedLines] === 0 ? text : `\n${text}`;
  control[CONTROL.printedLines] = 1;
  const { read, written } = encoder.encodeInto(line, output.subarray(at));
  control[CONTROL.outputBytes] = at + written;
  if (read < line.length) throw new Stop('output_limit');
}
