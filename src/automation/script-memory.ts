import { createHash, randomUUID } from 'node:crypto';
import { AppError, toErrorEnvelope } from '../errors.ts';
import type { GateOutcome, GateRequest } from '../toolkit/call.ts';

/** A call of a run, kept until the run is over for good. */
export interface RememberedCall {
  readonly number: number;
  /** SHA-256, hex, of what was called with what. */
  readonly key: string;
  /** Under it the gate makes a write only once. */
  readonly callId: string;
  readonly effect: string;
  /** What the gate answered; null while it is under way, and where it is too long to keep. */
  readonly outcome: unknown;
}

/** An attempt of a run: each has a holder of its own. */
export interface HeldRun {
  readonly id: number;
  readonly holder: string | null;
}

/** Kept by the store. */
export interface CallLedger {
  list(runId: number): Promise<readonly RememberedCall[]>;
  /** Throws where the run is somebody else's by now, or was removed. */
  put(run: HeldRun, call: RememberedCall): Promise<void>;
  /** Forgets the calls from a number on. */
  drop(run: HeldRun, from: number): Promise<void>;
}

type CallGate = { call(request: GateRequest): Promise<GateOutcome> };

export interface MemoryParts {
  readonly gate: CallGate;
  readonly effectOf: (tool: string) => string;
  readonly ledger: CallLedger;
  readonly run: HeldRun;
  /** Whether an earlier attempt may have left something. */
  readonly isRepeated: boolean;
}

export interface CallMemory {
  readonly gate: CallGate;
  /** Uids in what its writes took and answered. */
  touched(): readonly string[];
}

const MOST_OUTCOME = 200_000;
const MOST_READ = 4_000_000;
const MOST_TOUCHED = 400;

/**
 * A gate that knows what the earlier attempts of a run did. Up to the last change they made, calls answer what they answered then, so that the script
 * takes the same way again; what was under way when a process died is made under the same id, and so only once. Everything after it is asked anew.
 */
export async function openCallMemory({ gate, effectOf, ledger, run, isRepeated }: MemoryParts): Promise<CallMemory> {
  const all = isRepeated ? await ledger.list(run.id) : [];
  const waiting = all.slice(0, all.findLastIndex(leavesTrace) + 1);
  let next = (waiting.at(-1)?.number ?? -1) + 1;
  if (isRepeated) await ledger.drop(run, next);
  const touched = new Set<string>();
  let kept = 0;

  /** The first call of an earlier attempt that is the same and has not been made in this one. */
  function recall(key: string): RememberedCall | undefined {
    const index = waiting.findIndex((call) => call.key === key);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  /** Also in the last attempt: the script may be saved with more of them, and an attempt that was given up meanwhile ends here. */
  async function keep(call: RememberedCall): Promise<void> {
    await ledger.put(run, call);
  }

  async function read(request: GateRequest, { number, key, callId, effect }: RememberedCall): Promise<GateOutcome> {
    const outcome = await gate.call(request);
    const size = outcome.status === 'done' ? JSON.stringify(outcome.output ?? null).length : Number.POSITIVE_INFINITY;
    if (size <= MOST_OUTCOME && kept + size <= MOST_READ) {
      kept += size;
      await keep({ number, key, callId, effect, outcome });
    }
    return outcome;
  }

  async function write(request: GateRequest, call: RememberedCall): Promise<GateOutcome> {
    await keep({ ...call, outcome: null });
    const outcome = await gate.call({ ...request, callId: call.callId });
    for (const uid of uidsIn([request.input, outcome.status === 'done' ? outcome.output : null])) {
      if (touched.size < MOST_TOUCHED) touched.add(uid);
    }
    // One that is too long stays without: the gate knows its id.
    if (JSON.stringify(outcome).length <= MOST_OUTCOME) await keep({ ...call, outcome });
    return outcome;
  }

  return {
    touched: () => [...touched],
    gate: {
      async call(request) {
        const effect = effectOf(request.tool);
        const key = keyOf(request);
        const known = recall(key);
        if (known === undefined && effect !== 'read' && waiting.some(leavesTrace)) return wentAnotherWay(request.tool);
        const call = known ?? { number: next, key, callId: randomUUID(), effect, outcome: null };
        if (known === undefined) next += 1;
        if (effect === 'read') return answerOf(known) ?? read(request, call);
        const answer = answerOf(known);
        if (answer === undefined) return write(request, call);
        for (const uid of uidsIn([request.input, answer])) touched.add(uid);
        return answer;
      },
    },
  };
}

/** Uids in what the writes of an attempt answered that nobody heard the end of. */
export function touchedBy(calls: readonly RememberedCall[]): readonly string[] {
  const answers = calls.filter(({ effect }) => effect !== 'read').map(answerOf);
  return [...new Set(uidsIn(answers))].slice(0, MOST_TOUCHED);
}

/** Whether something is there because of it, or may be. */
function leavesTrace({ effect, outcome }: RememberedCall): boolean {
  if (effect === 'read') return false;
  // Kept by `write` below; null while it was under way.
  const known = outcome as GateOutcome | null;
  return known?.status !== 'failed' || known.error.code === 'outcome_unknown' || known.error.code === 'internal';
}

function answerOf(call: RememberedCall | undefined): GateOutcome | undefined {
  const status = statusOf(call?.outcome);
  // Kept by `read` and `write` above.
  return status === 'done' || status === 'pending' ? (call?.outcome as GateOutcome) : undefined;
}

function statusOf(outcome: unknown): string | undefined {
  return typeof outcome === 'object' && outcome !== null && 'status' in outcome ? String(outcome.status) : undefined;
}

function wentAnotherWay(tool: string): GateOutcome {
  const error = new AppError(
    'conflict',
    `"${tool}" was not called: this attempt goes another way than the one before it, which had changed something.`,
    {
      hint: 'See in the journal what was done, and do the rest by hand.',
    },
  );
  return { status: 'failed', error: toErrorEnvelope(error) };
}

function keyOf({ tool, account = 'default', input }: GateRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([tool, account, sorted(input)]))
    .digest('hex');
}

/** Lua's tables have no order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  );
}

function uidsIn(value: unknown, name = ''): readonly string[] {
  if (typeof value === 'string') return /(^|_)uid$|Uid$/.test(name) && value.length <= 100 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => uidsIn(part, Array.isArray(value) ? name : key));
}
