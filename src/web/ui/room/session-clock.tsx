import { useEffect, useState } from 'react';

/** How long this page has seen the session go on: the service's clock may be another one than the browser's. */
export function SessionClock({ startedAt }: { readonly startedAt: string | null }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (startedAt === null) return;
    const seen = Date.now();
    const before = Math.max(0, seen - Date.parse(startedAt));
    // A service whose clock stands elsewhere would say years.
    const head = before < 86_400_000 ? before : 0;
    const tick = () => setSeconds(Math.floor((Date.now() - seen + head) / 1000));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [startedAt]);
  if (startedAt === null) return null;
  return (
    <span role="timer" aria-label="Duration" className="text-sm text-soft tabular-nums">
      {toClock(seconds)}
    </span>
  );
}

function toClock(seconds: number): string {
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return [...(hours > 0 ? [String(hours)] : []), ...parts].join(':');
}
