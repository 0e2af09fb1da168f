import type { GateOutcome } from './call.ts';
import type { Call } from './gate.ts';
import type { Verdict } from './policy.ts';
import type { Plan } from './tool.ts';

/** Runs a write up to its first request and answers what would have been sent; fails where the write itself would fail before. */
export async function rehearse({ tool, account, context }: Call, { input, card }: Plan, verdict: Verdict): Promise<GateOutcome> {
  if (tool.effect === 'read') return { status: 'planned', input, card, verdict, requests: [] };
  const { clients, requests } = account.rehearse();
  try {
    await tool.run(input, { ...context, clients });
  } catch (error) {
    // The first write ends the run; whatever it ended with, it would have sent that.
    if (requests.length === 0) throw error;
  }
  return { status: 'planned', input, card, verdict, requests: [...requests] };
}
