import { describe, expect, it } from 'vitest';
import { type ScriptReport, toEnding, toInterruptedEnding } from './script-ending.ts';

const POLICY = { attempts: 3, delaySeconds: 30 };

function report(more: Partial<ScriptReport> = {}): ScriptReport {
  return { success: more.error === undefined, output: 'said', result: [1], error: null, integration_calls: [], ...more };
}

const failure = (code: string, retryable: boolean) => report({ error: { code, message: 'It went wrong.', retryable }, result: null });
const asked = { path: 'app.x', function: 'cal.create_booking', status: 'error', effect_status: 'pending', approval_id: 'a-1' };

describe('the end of an attempt', () => {
  it('is an end where the script came to its end', () => {
    expect(toEnding(report(), 1, POLICY)).toMatchObject({ state: 'succeeded', reason: null, output: 'said', outputBytes: 4, result: [1] });
  });

  it('waits for the approvals it asked for, however the script took that', () => {
    const error = { code: 'approval_pending', message: 'It waits.', retryable: false };
    for (const one of [report({ integration_calls: [asked] }), report({ error, integration_calls: [asked] })]) {
      expect(toEnding(one, 1, POLICY)).toMatchObject({ state: 'waiting', reason: 'Waits for approval a-1.', calls: [{ approval: 'a-1' }] });
    }
  });

  it('is followed by another attempt, later and later, where that can help', () => {
    const endings = [1, 2, 3].map((attempt) => toEnding(failure('upstream', true), attempt, POLICY));
    expect(endings.map(({ state, delaySeconds }) => [state, delaySeconds])).toEqual([
      ['queued', 30],
      ['queued', 60],
      ['failed', 0],
    ]);
    expect(endings[0]?.reason).toBe('Attempt 1 of 3: It went wrong. It is tried again in 30 s.');
    expect(toEnding(failure('upstream', true), 9, { attempts: 10, delaySeconds: 600 }).delaySeconds).toBe(3600);
  });

  it.each(['syntax', 'runtime', 'denied', 'invalid_arguments', 'cpu_limit', 'timeout'])(
    'is the end where trying again cannot help: %s',
    (code) => {
      expect(toEnding(failure(code, false), 1, POLICY)).toMatchObject({ state: 'failed', reason: 'It went wrong.' });
    },
  );

  it('is an interruption where the process stopped or is gone', () => {
    expect(toEnding(failure('cancelled', false), 1, POLICY)).toMatchObject({ state: 'queued', delaySeconds: 30 });
    expect(toEnding(failure('cancelled', false), 3, POLICY)).toMatchObject({ state: 'interrupted', reason: 'Kalends was stopped.' });
    expect(toInterruptedEnding(1, POLICY)).toMatchObject({ state: 'queued', error: { code: 'interrupted' } });
    expect(toInterruptedEnding(1, { attempts: 1, delaySeconds: 30 })).toMatchObject({ state: 'interrupted' });
  });

  it('keeps a bounded part of what was said and answered, and the hash of all', () => {
    const long = toEnding(report({ output: 'x'.repeat(100_000), result: ['y'.repeat(100_000)] }), 1, POLICY);
    expect(long.output).toMatch(/x\n… 34464 characters more were not kept\.$/);
    expect([long.outputBytes, long.result]).toEqual([100_000, '100004 characters of JSON were not kept.']);
    expect(long.outputHash).not.toBe(toEnding(report({ output: 'x'.repeat(100_001) }), 1, POLICY).outputHash);
  });
});
