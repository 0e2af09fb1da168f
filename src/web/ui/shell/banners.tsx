import { Info, Snowflake } from 'lucide-react';
import type { Me } from '../client/me.ts';
import { placeName } from './place-name.ts';

export interface BannersProps {
  readonly me: Me;
  /** The reader's zone. */
  readonly timeZone: string;
}

/** What every reader must know: that the calendar's clock stands still, so that no demonstration is taken for the real day; and notices. */
export function Banners({ me, timeZone }: BannersProps) {
  if (!me.clock.frozen && me.notices.length === 0) return null;
  return (
    <section aria-label="Notices" className="divide-y divide-warning/20 bg-warning-wash text-xs text-warning">
      {me.clock.frozen ? (
        <Banner icon={Snowflake}>
          Clock frozen at <strong className="font-semibold">{toMoment(me.clock.now, timeZone)}</strong> in {placeName(timeZone)}
        </Banner>
      ) : null}
      {me.notices.map((notice) => (
        <Banner key={notice} icon={Info}>
          {notice}
        </Banner>
      ))}
    </section>
  );
}

function Banner({ icon: Icon, children }: { readonly icon: typeof Info; readonly children: React.ReactNode }) {
  return (
    <p className="flex items-center justify-center gap-2 px-4 py-1.5">
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

function toMoment(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(new Date(instant));
}
