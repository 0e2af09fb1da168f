import { Snowflake } from 'lucide-react';
import type { Me } from '../client/me.ts';

/** Says that the calendar's clock stands still, so that nobody takes a demonstration for the real day. */
export function ClockBanner({ me }: { readonly me: Me }) {
  if (!me.clock.frozen) return null;
  const moment = new Intl.DateTimeFormat('en-GB', {
    timeZone: me.user.timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(new Date(me.clock.now));
  return (
    <section aria-label="Frozen clock" className="flex items-center justify-center gap-2 bg-warning-wash px-4 py-1.5 text-xs text-warning">
      <Snowflake aria-hidden className="size-3.5 shrink-0" />
      <span>
        Clock frozen at <strong className="font-semibold">{moment}</strong> in {placeName(me.user.timeZone)}
      </span>
    </section>
  );
}

/** "America/New_York" → "New York" */
export function placeName(timeZone: string): string {
  return (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
}
