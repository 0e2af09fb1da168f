import { randomBytes } from 'node:crypto';
import {
  type CallToolResult,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { PendingApproval } from '../../toolkit/approval.ts';
import type { GateOutcome } from '../../toolkit/call.ts';
import type { Card } from '../../toolkit/card.ts';
import { withoutHiddenText } from '../../toolkit/plain-text.ts';
import { hashOf } from '../../toolkit/signature.ts';
import type { McpHost } from './host.ts';
import { toResult } from './results.ts';

/** What travels through the client while it asks its person; sealed, and bound to exactly this call. */
interface Question {
  readonly approvalId: string;
  /** Hash of the call that was asked about. */
  readonly call: string;
}

const KEY = 'approval';

/** Lets the client ask its person, where it can: one process serves both rounds, so a key of its own is enough. */
export function createApprovals(host: McpHost) {
  const codec = createRequestStateCodec<Question>({ key: randomBytes(32) });

  return {
    verify: codec.verify,

    /** The person's answer that came with this round, carried out; `undefined` in the first round. */
    async answered(call: unknown, context: ServerContext): Promise<CallToolResult | undefined> {
      const question = context.mcpReq.requestState<Question>();
      if (question === undefined || host.answer === undefined || question.call !== hashOf(call)) return undefined;
      const view = inputResponse(context.mcpReq.inputResponses, KEY);
      if (view.kind !== 'elicit' || view.action === 'cancel') return undefined;
      const isApproved = view.action === 'accept' && view.content?.approve === true;
      return toResult(await host.answer(question.approvalId, isApproved));
    },

    /** A pending outcome as a question to the client's person; any other as its result. */
    async ask(
      outcome: GateOutcome,
      call: unknown,
      { context, canAsk }: { readonly context: ServerContext; readonly canAsk: boolean },
    ): Promise<CallToolResult | InputRequiredResult> {
      if (outcome.status !== 'pending' || host.answer === undefined || !canAsk) return toResult(outcome);
      return inputRequired({
        inputRequests: {
          [KEY]: inputRequired.elicit({
            message: describe(outcome.approval),
            requestedSchema: {
              type: 'object',
              properties: {
                approve: { type: 'boolean', title: 'Do this?', description: 'Yes does exactly what is shown; no changes nothing.' },
              },
              required: ['approve'],
            },
          }),
        },
        requestState: await codec.mint({ approvalId: outcome.approval.id, call: hashOf(call) }, context),
      });
    },
  };
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
