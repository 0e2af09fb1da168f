import { CircleAlert, RotateCw } from 'lucide-react';
import { Button } from '../shell/button.tsx';

export interface FailureNoteProps {
  /** Left out where a card above says it already. */
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  readonly onRetry: () => void;
}

export function FailureNote({ message, hint, onRetry }: FailureNoteProps) {
  return (
    <div
      role="alert"
      data-testid="failure"
      className={`rise flex flex-wrap items-center gap-x-4 gap-y-3 text-sm ${message === undefined ? '' : 'rounded-2xl bg-bad-wash px-4 py-3'}`}
    >
      {message === undefined ? null : (
        <div className="flex min-w-56 flex-1 gap-2.5">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" strokeWidth={1.75} />
          <p>
            <span className="font-medium">{message}</span>
            {hint === undefined ? null : <span className="text-soft"> {hint}</span>}
          </p>
        </div>
      )}
      <Button onClick={onRetry}>
        <RotateCw aria-hidden className="size-4" strokeWidth={1.75} />
        Try again
      </Button>
    </div>
  );
}
