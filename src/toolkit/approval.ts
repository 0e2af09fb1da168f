import type { Surface } from './call.ts';
import type { Card } from './card.ts';
import type { PolicySet } from './policy.ts';
import type { Effect } from './tool.ts';

/** A call that waits for a person, as it may be shown on any surface. */
export interface PendingApproval {
  readonly id: string;
  readonly tool: string;
  readonly account: string;
  readonly effect: Effect;
  readonly card: Card;
  /** Canonical input, exactly what will run. */
  readonly input: unknown;
  readonly expiresAt: string;
}

export interface ApprovalRecord extends PendingApproval {
  readonly userId: number;
  readonly surface: Surface;
  readonly conversationId: string | null;
  readonly toolCallId: string | null;
  /** SHA-256, hex, of account, tool and canonical input. */
  readonly inputHash: string;
  /** SHA-256, hex, of the target's state when the question was asked. */
  readonly beforeHash: string;
  readonly timeZone: string;
  readonly turnId: string | null;
  readonly utterance: string | null;
  readonly script: string | null;
  /** What the files of a project said when the question was asked: it still counts when it is answered. */
  readonly projectRules: readonly PolicySet[];
  /** The journal's entry that the call takes back. */
  readonly undoes: number | null;
  readonly state: 'pending' | 'used' | 'denied';
  readonly createdAt: string;
  readonly decidedAt: string | null;
}

/** Where pending approvals live; kept by the store. Times are the process clock. */
export interface ApprovalStore {
  create(record: ApprovalRecord): Promise<void>;
  get(id: string): Promise<ApprovalRecord | undefined>;
  /** The newest row of one tool call of one conversation, if any. */
  findByToolCall(conversationId: string, toolCallId: string): Promise<ApprovalRecord | undefined>;
  /** Newest first. */
  list(userId: number, options: { readonly state?: ApprovalRecord['state']; readonly limit: number }): Promise<readonly ApprovalRecord[]>;
  /** Moves a pending row to its end exactly once; `false` when somebody else did or it expired before `now` (epoch ms). */
  settle(id: string, state: 'used' | 'denied', now: number): Promise<boolean>;
}
