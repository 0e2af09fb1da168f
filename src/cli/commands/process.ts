import { homeOf } from '../../config.ts';
import { NoOwnerError, type OwnerClient } from '../../owner/client.ts';
import { findOwner } from '../../owner/connect.ts';
import type { OwnerStatus } from '../../owner/door.ts';
import type { Terminal } from '../terminal.ts';

/** Asks the running owner; never starts one. */
async function ask<Answer>(work: (owner: OwnerClient) => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await work(findOwner(homeOf(process.env)));
  } catch (error) {
    if (error instanceof NoOwnerError) return undefined;
    throw error;
  }
}

export async function status(terminal: Terminal): Promise<number> {
  const found = await ask((owner) => owner.json<OwnerStatus>('/owner/status', { timeoutMs: 10_000 }));
  if (terminal.isJson) {
    terminal.printJson(found === undefined ? { running: false, home: homeOf(process.env) } : { running: true, ...found });
  } else if (found === undefined) {
    terminal.print(`Kalends does not run on "${homeOf(process.env)}". Start it with \`kalends up\`.`);
  } else {
    const engine = found.engine === 'pglite' ? 'embedded database' : 'PostgreSQL';
    const page = found.address ?? (found.background ? 'none; `kalends open` makes one' : 'none');
    terminal.print(
      [
        `Kalends ${found.version} runs${found.background ? ' in the background' : ''}, process ${found.pid}, since ${found.startedAt}.`,
        `  Page   ${page}`,
        `  Data   ${found.home} (${engine})`,
        `  Clock  ${found.clock.now}${found.clock.frozen ? ', FROZEN' : ''}`,
      ].join('\n'),
    );
  }
  return found === undefined ? 1 : 0;
}

export async function stop(terminal: Terminal): Promise<number> {
  const stopped = await ask(async (owner) => {
    const { pid } = await owner.json<OwnerStatus>('/owner/status', { timeoutMs: 10_000 });
    await owner.json('/owner/stop', { body: {} });
    return { pid };
  });
  if (stopped !== undefined) await untilGone();
  if (terminal.isJson) terminal.printJson({ stopped: stopped !== undefined });
  else terminal.print(stopped === undefined ? 'Kalends was not running.' : `Kalends (process ${stopped.pid}) has stopped.`);
  return 0;
}

/** Waits until nobody answers on the socket. */
export async function untilGone(timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const owner = findOwner(homeOf(process.env));
  while (performance.now() < deadline) {
    try {
      await owner.json('/owner/status', { timeoutMs: 1_000 });
    } catch (error) {
      if (error instanceof NoOwnerError) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
