import type { ReactNode } from 'react';
import type { Card } from '../../../toolkit/card.ts';

export interface CardFrameProps {
  readonly card: Card;
  readonly children: ReactNode;
}

/** The sheet that every card lies on. */
export function CardFrame({ card, children }: CardFrameProps) {
  return (
    <div data-testid="card" data-kind={card.kind} className="rise overflow-hidden rounded-2xl border border-line bg-surface shadow-card">
      {children}
    </div>
  );
}
