import { Check, Copy } from 'lucide-react';
import { useState } from 'react';

/** A command to type in a terminal, with a button that copies it. */
export function ShellCommand({ children }: { readonly children: string }) {
  const [isCopied, setCopied] = useState(false);
  const Icon = isCopied ? Check : Copy;
  return (
    <div className="flex items-center justify-between gap-2 rounded-xl border border-line bg-surface py-1.5 pr-1.5 pl-4 text-ink shadow-card">
      <code className="font-mono text-sm">
        <span aria-hidden className="mr-2 text-soft select-none">
          $
        </span>
        {children}
      </code>
      <button
        type="button"
        aria-label={isCopied ? 'Copied' : `Copy “${children}”`}
        onClick={() => void navigator.clipboard?.writeText(children).then(() => setCopied(true))}
        className="grid size-9 place-items-center rounded-lg text-soft transition-colors hover:bg-sunken hover:text-ink"
      >
        <Icon aria-hidden className="size-4" strokeWidth={1.75} />
      </button>
    </div>
  );
}
