import { Check, CircleHelp, Hourglass, RefreshCwOff, X } from 'lucide-react';
import { useId } from 'react';
import type { ApprovalData, ApprovalState } from '../../../agent/messages.ts';
import type { Card } from '../../../toolkit/card.ts';
import { Button } from '../shell/button.tsx';
import { BookingBody } from './booking-body.tsx';
import { useExpiry } from './use-expiry.ts';

export interface ApprovalCardProps {
  readonly data: ApprovalData;
  /** The answer that is on its way to the service. */
  readonly deciding: 'approve' | 'deny' | undefined;
  readonly isBusy: boolean;
  readonly onDecide: (approve: boolean) => void;
}

const STATES = {
  pending: { icon: CircleHelp, text: 'Needs your approval', look: 'bg-accent-wash text-accent' },
  approved: { icon: Check, text: 'Approved', look: 'bg-good-wash text-good' },
  denied: { icon: X, text: 'Denied. Nothing was changed.', look: 'bg-sunken text-soft' },
  stale: { icon: RefreshCwOff, text: 'Out of date: things have changed since. Nothing was done.', look: 'bg-warning-wash text-warning' },
  expired: { icon: Hourglass, text: 'Expired. Nothing was changed; ask again.', look: 'bg-sunken text-soft' },
} as const satisfies Record<ApprovalState, unknown>;

/** Exactly what will happen, and the two answers a person can give; once answered, one quiet line about it. */
export function ApprovalCard({ data, deciding, isBusy, onDecide }: ApprovalCardProps) {
  const { card, effect, expiresAt, id } = data.approval;
  const isOver = useExpiry(expiresAt);
  const state = data.state === 'pending' && isOver && deciding === undefined ? 'expired' : data.state;
  const { icon: Icon, text, look } = STATES[state];
  const bodyId = useId();
  const isOff = isBusy || deciding !== undefined || undefined;
  const decide = (approve: boolean) => () => {
    if (!isOff) onDecide(approve);
  };
  return (
    <fieldset
      tabIndex={-1}
      aria-label={`${text}: ${card.title}`}
      aria-describedby={bodyId}
      data-testid="approval-card"
      data-state={state}
      data-approval-id={id}
      className={`rise min-w-0 overflow-hidden rounded-2xl border bg-surface outline-offset-2 focus:outline-2 focus:outline-accent ${state === 'pending' ? 'border-accent-line shadow-card' : 'border-line'}`}
    >
      <p className={`flex items-center gap-2 px-4 py-2 text-xs font-semibold sm:px-5 ${look}`}>
        <Icon aria-hidden className="size-3.5 shrink-0" strokeWidth={2} />
        {text}
      </p>
      <div id={bodyId}>{state === 'pending' ? <BookingBody card={card} /> : <Memory card={card} />}</div>
      {state === 'pending' ? (
        <div className="flex flex-wrap items-center gap-2 px-4 pb-4 sm:px-5 sm:pb-5">
          <Button look={effect === 'destroy' ? 'danger' : 'primary'} aria-disabled={isOff} onClick={decide(true)} className="min-w-28">
            Approve
          </Button>
          <Button aria-disabled={isOff} onClick={decide(false)} className="min-w-24">
            Deny
          </Button>
          {deciding === undefined ? null : (
            <span role="status" className="caption ml-1">
              {deciding === 'approve' ? 'Doing it…' : 'Taking it back…'}
            </span>
          )}
        </div>
      ) : null}
    </fieldset>
  );
}

/** What an answered question was about; what came of it stands in the card that follows. */
function Memory({ card }: { readonly card: Card }) {
  return (
    <p className="px-4 py-2.5 text-sm sm:px-5">
      {card.title}
      {card.time === undefined ? null : <span className="block text-soft tabular-nums">{card.time.label}</span>}
    </p>
  );
}
