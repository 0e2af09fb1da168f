import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card, CardField } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import type { CalContext } from './fields.ts';

const balance = z.object({ monthlyRemaining: z.number(), additional: z.number() });
type Balance = z.output<typeof balance>;

export const getAvailableCredits = defineTool({
  namespace: 'cal',
  name: 'get_available_credits',
  summary: 'Show how many credits are left.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  input: z.strictObject({}),
  output: z.object({ hasCredits: z.boolean(), balance }),
  command: { resource: 'credits', action: 'available' },
  example: {},
  run: (_input, { clients, signal }: CalContext) => clients.cal.getAvailableCredits({ signal }),
  card: ({ balance: left }): Card => ({ kind: 'record', title: toText(sumOf(left)), fields: balanceFields(left) }),
});

export const chargeCredits = defineTool({
  namespace: 'cal',
  name: 'charge_credits',
  summary: 'Charge credits for usage; once for each external_ref.',
  effect: 'write',
  accounts: ['local', 'hosted'],
  input: z.strictObject({
    credits: z.int().min(1).max(1_000_000_000).describe('How many, for example 5.'),
    credit_for: z.string().min(1).optional().describe('What for, for example "AI_AGENT", which it is when absent.'),
    external_ref: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Your name for this charge, for example "thread-42"; sent again, it charges once.'),
  }),
  output: z.object({ charged: z.boolean(), teamId: z.number().nullish(), remainingBalance: balance }),
  command: { resource: 'credits', action: 'charge', positionals: ['credits'] },
  example: { credits: 5, credit_for: 'AI_AGENT', external_ref: 'thread-42' },
  async plan(given, { clients, signal, callId }: CalContext) {
    const { balance: left } = await clients.cal.getAvailableCredits({ signal });
    const missing = given.credits - sumOf(left);
    if (missing > 0) {
      throw new AppError('conflict', `${toText(given.credits)} are needed and ${toText(sumOf(left))} are left. Nothing was charged.`, {
        hint: `Get ${toText(missing)} more first.`,
        details: { reason: 'insufficient_credits', balance: left },
      });
    }
    // With a name of its own a charge that is sent again, whoever sends it, is still one.
    const exact = { ...given, credit_for: given.credit_for ?? 'AI_AGENT', external_ref: given.external_ref ?? `kalends-${callId}` };
    return {
      card: {
        kind: 'record',
        title: toText(given.credits),
        status: { text: 'To be charged', tone: 'warning' },
        fields: [{ label: 'For', value: exact.credit_for }, { label: 'Reference', value: exact.external_ref }, ...balanceFields(left)],
      },
      before: null,
      input: exact,
    };
  },
  run: ({ credits, credit_for = 'AI_AGENT', external_ref }, { clients, signal, callId }: CalContext) =>
    clients.cal.chargeCredits({ credits, creditFor: credit_for, externalRef: external_ref ?? `kalends-${callId}` }, { signal }),
  card: ({ charged, remainingBalance }): Card => ({
    kind: 'record',
    title: charged ? 'Credits charged' : 'Nothing was charged',
    status: charged ? { text: 'Charged', tone: 'good' } : { text: 'Not charged', tone: 'warning' },
    fields: balanceFields(remainingBalance),
  }),
  undo: { none: 'Charged credits cannot be given back through the API.' },
  // Charges cannot be listed. Sending the same external_ref again is safe: it charges at most once.
  settle: async () => ({ happened: 'unknown' }),
});

function sumOf({ monthlyRemaining, additional }: Balance): number {
  return monthlyRemaining + additional;
}

function toText(credits: number): string {
  return credits === 1 ? '1 credit' : `${credits} credits`;
}

function balanceFields({ monthlyRemaining, additional }: Balance): CardField[] {
  return [
    { label: "Left of this month's", value: String(monthlyRemaining) },
    { label: 'Left besides', value: String(additional) },
  ];
}
