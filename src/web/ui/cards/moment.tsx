import { Clock, Globe } from 'lucide-react';
import type { CardTime } from '../../../toolkit/card.ts';
import { placeName } from '../shell/place-name.ts';

/** The moment in words: in the reader's zone, and in the other side's where they differ. */
export function Moment({ time, isStruck = false }: { readonly time: CardTime; readonly isStruck?: boolean }) {
  return (
    <div className="space-y-0.5 text-sm tabular-nums">
      <p className="flex items-baseline gap-2">
        <Clock aria-hidden className="size-3.5 shrink-0 translate-y-0.5 text-soft" strokeWidth={1.75} />
        <span>
          <time dateTime={time.start} className={isStruck ? 'line-through' : ''}>
            {time.label}
          </time>
          <span className="whitespace-nowrap text-soft"> · {placeName(time.timeZone)}</span>
        </span>
      </p>
      {time.otherLabel === undefined ? null : (
        <p className="flex items-baseline gap-2 text-soft">
          <Globe aria-hidden className="size-3.5 shrink-0 translate-y-0.5" strokeWidth={1.75} />
          <span>{time.otherLabel}</span>
        </p>
      )}
    </div>
  );
}
