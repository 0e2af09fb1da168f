import { AppError, toAppError } from '../errors.ts';
import type { OwnerClient } from '../owner/client.ts';
import type { LuaEvent } from '../owner/lua.ts';
import type { LuaReport } from '../surfaces/lua-report.ts';
import type { PendingApproval } from '../toolkit/approval.ts';
import { readEvents } from './event-lines.ts';
import type { Terminal } from './terminal.ts';

/** How long a script that was stopped may take to tell what it did. */
const STOPPING_MS = 5_000;

/** How a script is run and who is asked while it waits. */
export interface LuaRequest {
  readonly owner: OwnerClient;
  /** Stops the script, which still tells what it did. */
  readonly signal: AbortSignal;
  readonly onApproval: (approval: PendingApproval) => void;
}

/** The person at the terminal is asked, one question at a time: several calls of `parallel` may ask at once. */
export function askAtTerminal(terminal: Terminal, owner: OwnerClient): LuaRequest['onApproval'] {
  let asked: Promise<unknown> = Promise.resolve();
  return (approval) => {
    asked = asked.then(() => answer(approval, terminal, owner));
    asked.catch((error: unknown) => terminal.say(error instanceof Error ? error.message : String(error)));
  };
}

/** Runs a script at the owner; answers how it ended. */
export async function requestLua(path: string, body: unknown, { owner, signal, onApproval }: LuaRequest): Promise<LuaReport> {
  const left = new AbortController();
  const leave = () => left.abort();
  let stop = leave;
  const onStop = () => stop();
  signal.addEventListener('abort', onStop, { once: true });
  if (signal.aborted) leave();
  try {
    for await (const event of readEvents<LuaEvent>(owner.stream(path, { body, signal: left.signal }))) {
      if (event.type === 'report') return event.report;
      if (event.type === 'error') throw toAppError(event.error);
      if (event.type === 'run') {
        stop = () => {
          setTimeout(leave, STOPPING_MS).unref();
          owner.json(`/owner/lua/runs/${event.id}/stop`, { body: {} }).catch(leave);
        };
        if (signal.aborted) stop();
      }
      if (event.type === 'approval') onApproval(event.approval);
    }
  } finally {
    signal.removeEventListener('abort', onStop);
  }
  throw new AppError('unavailable', 'The Kalends process ended before the script did.', {
    hint: 'See what it had done with `kalends journal list`.',
  });
}

/** The script hears of the answer from its own side; what came of it stands in its report. */
async function answer(approval: PendingApproval, terminal: Terminal, owner: OwnerClient): Promise<void> {
  const { askApproval } = await import('./approve.ts');
  const said = await askApproval(approval, terminal);
  const id = encodeURIComponent(approval.id);
  if (said === 'later') await owner.json(`/owner/lua/approvals/${id}/later`, { body: {} });
  else await owner.json(`/owner/approvals/${id}`, { body: { approve: said === 'approve' } });
}
