import { type ReactNode, useEffect, useRef } from 'react';

export interface SignProps {
  readonly title: string;
  /** Stands above the title. */
  readonly picture?: ReactNode;
  readonly children: ReactNode;
}

/** One thing to say, in the middle of the page. Takes the focus, so that a screen reader says it. */
export function Sign({ title, picture, children }: SignProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid flex-1 place-items-center px-5 pt-4 pb-[12vh]">
      <section className="rise w-full max-w-md rounded-3xl border border-line bg-surface p-7 shadow-card sm:p-9">
        {picture === undefined ? null : <div className="mb-6">{picture}</div>}
        <h1 ref={heading} tabIndex={-1} className="text-2xl leading-tight font-semibold tracking-[-0.022em] outline-none">
          {title}
        </h1>
        <div className="mt-3 space-y-4 text-soft">{children}</div>
      </section>
    </div>
  );
}
