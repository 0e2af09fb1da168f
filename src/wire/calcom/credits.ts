import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';

const balance = z.object({
  /** What is left of a month's allowance. */
  monthlyRemaining: z.number(),
  /** Beyond the allowance. */
  additional: z.number(),
});

const availableCredits = z.object({ hasCredits: z.boolean(), balance });
const chargedCredits = z.object({ charged: z.boolean(), teamId: z.number().nullish(), remainingBalance: balance });

export type AvailableCredits = z.output<typeof availableCredits>;
export type ChargedCredits = z.output<typeof chargedCredits>;

export const chargeCreditsBody = z.object({
  credits: z
    .int({ error: 'credits must be an integer number' })
    .min(1, { error: 'credits must not be less than 1' })
    .max(1_000_000_000, { error: 'credits must not be greater than 1000000000' }),
  creditFor: z.string().regex(/^[A-Z][A-Z0-9_]{0,59}$/, { error: 'creditFor must be a word in capitals such as "AI_AGENT"' }),
  /** A name of the caller's own: a charge of one name happens once, however often it is sent. */
  externalRef: z.string().min(1, { error: 'externalRef must not be empty' }).max(500).optional(),
});

export type ChargeCredits = z.input<typeof chargeCreditsBody>;

export const getAvailableCredits = endpoint({ method: 'GET', path: '/v2/credits/available', response: success(availableCredits) });

export const chargeCredits = endpoint({
  method: 'POST',
  path: '/v2/credits/charge',
  body: chargeCreditsBody,
  response: success(chargedCredits),
});
