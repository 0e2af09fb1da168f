import { Lock } from 'lucide-react';
import { Wordmark } from '../brand/wordmark.tsx';
import { ThemeSwitch } from '../shell/theme-switch.tsx';
import { SessionClock } from './session-clock.tsx';
import type { RoomState } from './visit.ts';

/** Where one is; inside also how long the meeting goes on and whether the room is locked. */
export function RoomHeader({ state: { view, isMissing }, title }: { readonly state: RoomState; readonly title: string }) {
  const isInside = view?.you?.state === 'present';
  return (
    <header className="flex min-h-16 items-center gap-4 px-4 py-3 sm:px-6">
      <span className={isInside ? 'hidden sm:inline' : ''}>
        <Wordmark />
      </span>
      {isInside && !isMissing ? (
        <div className="flex min-w-0 flex-1 items-center gap-3 sm:border-l sm:border-line sm:pl-4">
          <h1 className="truncate text-sm font-semibold">{title}</h1>
          {view.isLocked ? (
            <span className="inline-flex items-center gap-1 text-xs text-soft">
              <Lock aria-hidden className="size-3.5" strokeWidth={1.75} />
              Locked
            </span>
          ) : null}
          <span className="hidden sm:inline">
            <SessionClock startedAt={view.sessionStartedAt} />
          </span>
          {view.isRecorded ? <Mark>Recording</Mark> : null}
          {view.isTranscribed ? <Mark>Transcribing</Mark> : null}
        </div>
      ) : (
        <span className="flex-1" />
      )}
      <ThemeSwitch />
    </header>
  );
}

function Mark({ children }: { readonly children: string }) {
  return (
    <span className="hidden items-center gap-1.5 rounded-full bg-bad-wash px-2.5 py-0.5 text-xs font-medium text-bad md:inline-flex">
      <span aria-hidden className="size-1.5 rounded-full bg-bad" />
      {children}
    </span>
  );
}
