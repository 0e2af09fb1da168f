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

/** Exactly what will happen, and the two answers a person can give. */
export function ApprovalCard({ data, deciding, isBusy, onDecide }: ApprovalCardProps) {
  const { approval } = data;
  const isOver = useExpiry(approval.expiresAt);
  const state = data.state === 'pending' && isOver && deciding === undefined ? 'expired' : data.state;
  const { icon: Icon, text, look } = STATES[state];
  const id = useId();
  const isOff = isBusy || deciding !== undefined || undefined;
  const decide = (approve: boolean) => () => {
    if (!isOff) onDecide(approve);
  };
  return (
    <fieldset
      tabIndex={-1}
      aria-label={`${text}: ${approval.card.title}`}
      aria-describedby={`${id}-body`}
      data-testid="approval-card"
      data-state={state}
      data-approval-id={approval.id}
      className={`rise min-w-0 overflow-hidden rounded-2xl border bg-surface shadow-card outline-offset-2 focus:outline-2 focus:outline-accent ${state === 'pending' ? 'border-accent-line' : 'border-line'}`}
    >
      <p className={`flex items-center gap-2 px-4 py-2 text-xs font-semibold sm:px-5 ${look}`}>
        <Icon aria-hidden className="size-3.5 shrink-0" strokeWidth={2} />
        {text}
      </p>
      <div id={`${id}-body`} className={state === 'pending' || state === 'approved' ? '' : 'opacity-75'}>
        <BookingBody card={state === 'pending' ? approval.card : toMemory(approval.card)} />
      </div>
      {state === 'pending' ? (
        <div className="flex flex-wrap items-center gap-2 px-4 pb-4 sm:px-5 sm:pb-5">
          <Button
            look={approval.effect === 'destroy' ? 'danger' : 'primary'}
            aria-disabled={isOff}
            onClick={decide(true)}
            className="min-w-28"
          >
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

/** An answered question keeps only what it was about; what came of it stands in the card that follows. */
function toMemory(card: Card): Card {
  const { title, kind, time } = card;
  return { title, kind, ...(time === undefined ? {} : { time }) };
}
