import type { ErrorEnvelope } from '../errors.ts';
import type { PendingApproval } from './approval.ts';
import type { Card } from './card.ts';
import type { Principal } from './tool.ts';

export type Surface = 'web' | 'terminal' | 'chat' | 'http' | 'mcp' | 'lua' | 'automation';

/** One call as a surface hands it to the gate. */
export interface GateRequest {
  readonly principal: Principal;
  readonly surface: Surface;
  /** `create_booking` or `cal.create_booking`. */
  readonly tool: string;
  readonly input: unknown;
  /** Absent or `default`: the configured account, or `local`. */
  readonly account?: string;
  /** IANA zone of the reader; the principal's own when absent. */
  readonly timeZone?: string;
  readonly conversationId?: string;
  /** The model's id of the tool call, so that an answer finds its question. */
  readonly toolCallId?: string;
  /** The sentence or command that led here, for the journal. */
  readonly utterance?: string;
  /** `--yes`: answers `ask` only where the user's own configuration allows it. */
  readonly yes?: boolean;
  /** A person did exactly this act in the app (a form saved, a drag confirmed): consent is given with the call. */
  readonly consent?: boolean;
  /** Plan, check and show; change nothing. */
  readonly dryRun?: boolean;
  /** Ends reads and plans; a write that began is finished. */
  readonly signal?: AbortSignal;
}

export type GateOutcome =
  | { readonly status: 'done'; readonly output: unknown; readonly card: Card }
  | { readonly status: 'planned'; readonly input: unknown; readonly card: Card }
  | { readonly status: 'pending'; readonly approval: PendingApproval }
  | { readonly status: 'failed'; readonly error: ErrorEnvelope };
