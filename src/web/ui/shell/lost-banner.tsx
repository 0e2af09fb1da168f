import { Unplug } from 'lucide-react';

export function LostBanner() {
  return (
    <p role="status" className="flex items-center justify-center gap-2 bg-bad-wash px-4 py-1.5 text-xs text-bad">
      <Unplug aria-hidden className="size-3.5 shrink-0" />
      Kalends is not answering. Trying again…
    </p>
  );
}
