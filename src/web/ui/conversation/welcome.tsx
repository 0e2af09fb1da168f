import { CalendarPlus, CalendarRange, Clock3, Layers, type LucideIcon } from 'lucide-react';
import { Mark } from '../brand/mark.tsx';
import { toRomanDate } from '../brand/roman-date.ts';
import type { Me } from '../client/me.ts';

const EXAMPLES: readonly { readonly icon: LucideIcon; readonly text: string }[] = [
  { icon: CalendarPlus, text: 'Book a 30 minute meeting with Ada Lovelace (ada@example.com) tomorrow at 2pm' },
  { icon: CalendarRange, text: 'What do I have this week?' },
  { icon: Clock3, text: 'When am I free on Friday afternoon?' },
  { icon: Layers, text: 'What can people book with me?' },
];

export interface WelcomeProps {
  readonly me: Me;
  /** The reader's zone. */
  readonly timeZone: string;
  readonly onSay: (text: string) => void;
}

/** The page before anything is said: the day, and four things one can say. */
export function Welcome({ me, timeZone, onSay }: WelcomeProps) {
  const now = toLocal(me.clock.now, timeZone);
  return (
    <div className="thin-scroll min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex min-h-full w-full max-w-[46rem] flex-col justify-center px-4 py-10 sm:px-6">
        <Mark className="rise size-10 text-accent" />
        <p className="rise mt-7 text-sm text-soft">
          {now.label}
          <span aria-hidden> · </span>
          <span lang="la" className="italic" title="The same day in the Roman calendar">
            {now.roman}
          </span>
        </p>
        <h1 className="rise mt-1.5 text-[1.75rem] leading-tight font-semibold tracking-[-0.028em] sm:text-[2.125rem]">
          {greet(now.hour)}, {me.user.name.split(' ')[0]}.
        </h1>
        <p className="rise mt-2.5 max-w-[34rem] text-soft">
          Say what you need in your own words. Nothing is booked, moved or cancelled until you approve it.
        </p>
        <ul aria-label="Examples" className="mt-9 grid gap-2.5 sm:grid-cols-3">
          {EXAMPLES.map(({ icon: Icon, text }) => (
            <li key={text} className="rise first:col-span-full">
              <button
                type="button"
                onClick={() => onSay(text)}
                className="group flex h-full w-full items-start gap-3 rounded-2xl border border-line bg-surface p-4 text-left text-sm leading-snug transition-colors hover:border-accent-line hover:bg-accent-wash"
              >
                <Icon aria-hidden className="size-[1.125rem] shrink-0 text-accent" strokeWidth={1.75} />
                {text}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function greet(hour: number): string {
  if (hour < 5) return 'Good night';
  if (hour < 12) return 'Good morning';
  return hour < 18 ? 'Good afternoon' : 'Good evening';
}

function toLocal(now: string, timeZone: string): { readonly label: string; readonly roman: string; readonly hour: number } {
  const instant = new Date(now);
  const number = (options: Intl.DateTimeFormatOptions): number =>
    Number(new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...options }).format(instant));
  return {
    label: new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(instant),
    roman: toRomanDate({ year: number({ year: 'numeric' }), month: number({ month: 'numeric' }), day: number({ day: 'numeric' }) }),
    hour: number({ hour: 'numeric' }),
  };
}
