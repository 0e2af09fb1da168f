import type { ReactNode } from 'react';
import { Mark } from '../brand/mark.tsx';

/** A page with one thing to say. */
export function FullPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="grid min-h-full place-items-center px-6 py-12">
      <div className="rise w-full max-w-md">
        <Mark className="size-9 text-accent" />
        <h1 className="mt-8 text-2xl leading-tight font-semibold tracking-[-0.022em]">{title}</h1>
        <div className="mt-3 space-y-4 text-soft">{children}</div>
      </div>
    </main>
  );
}
