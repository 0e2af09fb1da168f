import type { ErrorEnvelope } from '../errors.ts';
import type { PlannedRequest } from './account.ts';
import type { PendingApproval } from './approval.ts';
import type { Card } from './card.ts';
import type { PolicySet, Verdict } from './policy.ts';
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
  /** Calls of one turn (an answer of a model, a run of a script) are counted together; one that names none is a turn of its own. */
  readonly turnId?: string;
  /** The sentence or command that led here, for the journal. */
  readonly utterance?: string;
  /** Everything the person has said so far: an address that stands in it is no new one. The utterance when absent, where that is the person's own. */
  readonly words?: readonly string[];
  /** The script that makes the call, for the journal. */
  readonly script?: string;
  /** A UUID of the caller's own. A write that was begun under it before is not made again: what came of it is answered. */
  readonly callId?: string;
  /** `--yes`: answers `ask` only where the user's own configuration allows it. */
  readonly yes?: boolean;
  /** `--force`: overrides the policy, only where the user's own configuration allows it. */
  readonly force?: boolean;
  /** What the files of a project say. They can only make the policy stricter. */
  readonly projectRules?: readonly PolicySet[];
  /** A person did exactly this act in the app (a form saved, a drag confirmed): consent is given with the call. */
  readonly consent?: boolean;
  /** Plan, check and show; change nothing. */
  readonly dryRun?: boolean;
  /** Ends reads and plans; a write that began is finished. */
  readonly signal?: AbortSignal;
}

export type GateOutcome =
  /** `journalId` of a write: what `undo` takes. */
  | { readonly status: 'done'; readonly output: unknown; readonly card: Card; readonly journalId?: number }
  /** What would be sent, and what the policy would say to it. */
  | {
      readonly status: 'planned';
      readonly input: unknown;
      readonly card: Card;
      readonly verdict: Verdict;
      readonly requests: readonly PlannedRequest[];
    }
  | { readonly status: 'pending'; readonly approval: PendingApproval }
  | { readonly status: 'failed'; readonly error: ErrorEnvelope };

/** A wish to take back what the journal has. */
export interface UndoRequest
  extends Pick<
    GateRequest,
    | 'principal'
    | 'surface'
    | 'timeZone'
    | 'utterance'
    | 'conversationId'
    | 'toolCallId'
    | 'yes'
    | 'force'
    | 'dryRun'
    | 'projectRules'
    | 'signal'
  > {
  /** An entry, or the newest write that was neither taken back nor takes back another. */
  readonly id: number | 'last';
}
