import type { GateOutcome, GateRequest } from './call.ts';
import type { Principal } from './tool.ts';

/** The only way to run a tool. */
export interface Gate {
  call(request: GateRequest): Promise<GateOutcome>;
  /** A person's answer to a stored approval; runs exactly the approved call, once. */
  answer(approvalId: string, answer: { readonly approve: boolean; readonly by: Principal }): Promise<GateOutcome>;
}
