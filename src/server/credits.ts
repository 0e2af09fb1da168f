import { chargeCredits, creditBalance } from '../store/credits.ts';
import * as endpoints from '../wire/calcom/credits.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, type Service, serve } from './serve.ts';

/** `/v2/credits`: there is no monthly allowance here, only what was granted. */
export function serveCredits(app: App, service: Service): void {
  const { store } = service;

  serve(app, service, endpoints.getAvailableCredits, {
    answer: async ({ caller }) => {
      const balance = await creditBalance(store.db, caller.id);
      return ok({ hasCredits: balance > 0, balance: { monthlyRemaining: 0, additional: balance } });
    },
  });

  serve(app, service, endpoints.chargeCredits, {
    answer: async ({ caller, body }) => {
      const { credits, creditFor, externalRef } = body;
      const outcome = await store.transaction((tx) =>
        chargeCredits(tx, {
          userId: caller.id,
          credits,
          creditFor,
          ...(externalRef === undefined ? {} : { externalRef }),
          now: Date.now(),
        }),
      );
      if (outcome.ok) return ok({ charged: true, remainingBalance: { monthlyRemaining: 0, additional: outcome.entry.balance } });
      if (outcome.reason === 'other_charge') {
        throw new HttpFailure(
          409,
          `externalRef "${externalRef}" stands for a charge of ${-outcome.entry.amount} credits for ${outcome.entry.creditFor} already. Nothing was charged now; use a new externalRef for a new charge.`,
          { details: { reason: 'external_ref_used' } },
        );
      }
      throw new HttpFailure(
        403,
        `Not enough credits: ${credits} are needed and ${outcome.balance} are left. Nothing was charged. Do not try again before more were granted: the owner of this installation does that with \`kalends credits grant ${caller.username} ${credits - outcome.balance}\`.`,
        {
          details: {
            reason: 'insufficient_credits',
            requiredCredits: credits,
            balance: { monthlyRemaining: 0, additional: outcome.balance },
          },
        },
      );
    },
  });
}
