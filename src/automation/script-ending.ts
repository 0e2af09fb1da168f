import { createHash } from 'node:crypto';

/** What the sandbox says of a run, as far as it is kept. */
export interface ScriptReport {
  readonly success: boolean;
  readonly output: string;
  readonly result: readonly unknown[] | null;
  readonly error: ScriptError | null;
  readonly integration_calls: readonly Readonly<Record<string, unknown>>[];
}

export interface ScriptError {
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
}

/** How often a run is tried, and after which pauses. */
export interface RetryPolicy {
  /** The first included. */
  readonly attempts: number;
  /** Before the second; it doubles from then on, up to an hour. */
  readonly delaySeconds: number;
}

/** How an attempt ended, ready to be kept. */
export interface ScriptEnding {
  readonly state: 'queued' | 'succeeded' | 'failed' | 'waiting' | 'interrupted';
  readonly reason: string | null;
  readonly output: string;
  readonly outputHash: string | null;
  readonly outputBytes: number | null;
  readonly result: unknown;
  readonly error: unknown;
  readonly calls: readonly unknown[];
  readonly delaySeconds: number;
}

export const MOST_ATTEMPTS = 10;
export const DEFAULT_RETRY_POLICY: RetryPolicy = { attempts: 3, delaySeconds: 30 };
const LONGEST_DELAY_SECONDS = 3600;

const MOST_OUTPUT = 64 * 1024;
const MOST_RESULT = 64 * 1024;

/** What becomes of a run after this attempt: an end, or another attempt where trying again can help and the policy says so. */
export function toEnding(report: ScriptReport, attempt: number, policy: RetryPolicy): ScriptEnding {
  const { output, error } = report;
  const calls = report.integration_calls.map(toCall);
  const asked = calls.map((call) => call.approval).filter((id) => id !== undefined);
  const result = JSON.stringify(report.result ?? null);
  const kept = {
    output:
      output.length > MOST_OUTPUT
        ? `${output.slice(0, MOST_OUTPUT)}\n… ${output.length - MOST_OUTPUT} characters more were not kept.`
        : output,
    outputHash: createHash('sha256').update(output).digest('hex'),
    outputBytes: Buffer.byteLength(output),
    result: result.length > MOST_RESULT ? `${result.length} characters of JSON were not kept.` : report.result,
    error,
    calls,
    delaySeconds: 0,
  };
  if (error === null || error.code === 'approval_pending') {
    if (asked.length === 0) return { ...kept, state: 'succeeded', reason: null };
    return { ...kept, state: 'waiting', reason: `Waits for approval ${asked.join(', ')}.` };
  }
  const isInterrupted = error.code === 'cancelled';
  const why = isInterrupted ? 'Kalends was stopped.' : error.message;
  if (!isInterrupted && error.retryable !== true) return { ...kept, state: 'failed', reason: why };
  return { ...kept, ...again({ why, attempt, policy, end: isInterrupted ? 'interrupted' : 'failed' }) };
}

/** What becomes of a run whose process is gone. */
export function toInterruptedEnding(attempt: number, policy: RetryPolicy): ScriptEnding {
  const why = 'The process that ran it is gone; see in the journal what it had done.';
  const nothing = {
    output: '',
    outputHash: null,
    outputBytes: null,
    result: null,
    error: { code: 'interrupted', message: why },
    calls: [],
  };
  return { ...nothing, ...again({ why, attempt, policy, end: 'interrupted' }) };
}

interface Failure {
  readonly why: string;
  readonly attempt: number;
  readonly policy: RetryPolicy;
  readonly end: 'failed' | 'interrupted';
}

function again({ why, attempt, policy, end }: Failure): Pick<ScriptEnding, 'state' | 'reason' | 'delaySeconds'> {
  if (attempt >= policy.attempts) return { state: end, reason: why, delaySeconds: 0 };
  const delaySeconds = Math.min(policy.delaySeconds * 2 ** (attempt - 1), LONGEST_DELAY_SECONDS);
  return {
    state: 'queued',
    reason: `Attempt ${attempt} of ${policy.attempts}: ${why} It is tried again in ${delaySeconds} s.`,
    delaySeconds,
  };
}

/** One call as a run keeps it: what, how it went, and where it is in the journal. */
function toCall(record: Readonly<Record<string, unknown>>) {
  const { path, function: name, status, effect_status, journal_id, approval_id, error } = record;
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message).slice(0, 500) : undefined;
  return {
    call: typeof name === 'string' ? name : String(path),
    status,
    ...(effect_status === undefined || effect_status === 'none' ? {} : { effect: effect_status }),
    ...(journal_id === undefined ? {} : { entry: journal_id }),
    ...(approval_id === undefined || effect_status !== 'pending' ? {} : { approval: String(approval_id) }),
    ...(message === undefined ? {} : { error: message }),
  };
}
