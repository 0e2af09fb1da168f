import { Mark } from './mark.tsx';

/** The mark with the name beside it. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2">
      <Mark className="size-[1.15rem] text-accent" />
      <span className="text-[1.0625rem] leading-none font-semibold tracking-[-0.022em]">Kalends</span>
    </span>
  );
}
