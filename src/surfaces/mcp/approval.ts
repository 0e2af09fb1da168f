import { randomBytes } from 'node:crypto';
import {
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { PendingApproval } from '../../toolkit/approval.ts';
import type { Card } from '../../toolkit/card.ts';
import { withoutHiddenText } from '../../toolkit/plain-text.ts';
import { hashOf } from '../../toolkit/signature.ts';

/** What travels through the client while it asks its person; sealed, and bound to exactly this call. */
interface Question {
  readonly approvals: readonly AskedApproval[];
  /** Hash of the call that was asked about. */
  readonly call: string;
  /** The script that waits for the answers. */
  readonly script?: string;
}

export type AskedApproval = Pick<PendingApproval, 'id' | 'expiresAt'>;

/** What the person said; `later` when they closed the question without an answer. */
export interface PersonsAnswers {
  readonly answers: readonly { readonly approval: AskedApproval; readonly said: 'approve' | 'deny' | 'later' }[];
  readonly script?: string;
}

/** Questions that the client asks its person, where it can. */
export interface Questions {
  /** Unseals what comes back. */
  readonly verify: (state: string, context: ServerContext) => Promise<unknown>;
  /** What came with this round; `undefined` in the first one, and where it belongs to another call. */
  answers(call: unknown, context: ServerContext): PersonsAnswers | undefined;
  put(approvals: readonly PendingApproval[], about: AboutQuestion, context: ServerContext): Promise<InputRequiredResult>;
}

export interface AboutQuestion {
  readonly call: unknown;
  readonly script?: string;
}

/** One process serves all rounds, so a key of its own is enough. */
export function createQuestions(): Questions {
  const codec = createRequestStateCodec<Question>({ key: randomBytes(32) });

  return {
    verify: codec.verify,

    answers(call, context) {
      const question = context.mcpReq.requestState<Question>();
      if (question === undefined || question.call !== hashOf(call)) return undefined;
      const answers = question.approvals.map((approval) => {
        const view = inputResponse(context.mcpReq.inputResponses, approval.id);
        if (view.kind !== 'elicit' || view.action === 'cancel') return { approval, said: 'later' as const };
        const isApproved = view.action === 'accept' && view.content?.approve === true;
        return { approval, said: isApproved ? ('approve' as const) : ('deny' as const) };
      });
      return { answers, ...(question.script === undefined ? {} : { script: question.script }) };
    },

    async put(approvals, { call, script }, context) {
      const question: Question = {
        approvals: approvals.map(({ id, expiresAt }) => ({ id, expiresAt })),
        call: hashOf(call),
        ...(script === undefined ? {} : { script }),
      };
      return inputRequired({
        inputRequests: Object.fromEntries(approvals.map((approval) => [approval.id, toElicitation(approval)])),
        requestState: await codec.mint(question, context),
      });
    },
  };
}

function toElicitation(approval: PendingApproval) {
  return inputRequired.elicit({
    message: describe(approval),
    requestedSchema: {
      type: 'object',
      properties: {
        approve: { type: 'boolean', title: 'Do this?', description: 'Yes does exactly what is shown; no changes nothing.' },
      },
      required: ['approve'],
    },
  });
}

/** What will happen, as lines of text. */
function describe({ card, tool, account }: PendingApproval): string {
  return String(withoutHiddenText([...toLines(card), `(${tool}, account ${account})`].join('\n')));
}

function toLines({ title, time, fields, items, note }: Card): readonly string[] {
  return [
    title,
    ...(time === undefined ? [] : [`${time.label} (${time.timeZone})`, ...(time.otherLabel === undefined ? [] : [time.otherLabel])]),
    ...(fields ?? []).map(({ label, value }) => `${label}: ${value}`),
    ...(items ?? []).map((item) => [item.title, item.time, item.detail].filter(Boolean).join(' · ')),
    ...(note === undefined ? [] : [note]),
  ];
}
