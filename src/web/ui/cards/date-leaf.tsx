import type { CardTime } from '../../../toolkit/card.ts';

/** The day as a leaf of a tear-off calendar. The words beside it say the same, so it is only to look at. */
export function DateLeaf({ time, isMuted = false }: { readonly time: CardTime; readonly isMuted?: boolean }) {
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: time.timeZone, ...options }).format(new Date(time.start));
  return (
    <div
      aria-hidden
      className={`w-14 shrink-0 self-start overflow-hidden rounded-xl border border-line text-center select-none ${isMuted ? 'text-soft' : ''}`}
    >
      <div
        className={`py-0.5 text-[0.6875rem] leading-4 font-semibold tracking-[0.08em] uppercase ${isMuted ? 'bg-sunken' : 'bg-accent text-on-accent'}`}
      >
        {part({ month: 'short' }).slice(0, 3)}
      </div>
      <div className="bg-surface pt-1 pb-1.5">
        <div className="text-[1.375rem] leading-7 font-semibold tracking-[-0.02em] tabular-nums">{part({ day: 'numeric' })}</div>
        <div className="text-[0.6875rem] leading-3 text-soft">{part({ weekday: 'short' })}</div>
      </div>
    </div>
  );
}
