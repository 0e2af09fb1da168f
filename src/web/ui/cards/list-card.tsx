import { CalendarDays, Layers } from 'lucide-react';
import type { Card, CardItem } from '../../../toolkit/card.ts';
import { CardFrame } from './card-frame.tsx';
import { StatusChip } from './status-chip.tsx';

const FIRST_ITEMS = 8;

/** Bookings or event types, one line each. */
export function ListCard({ card }: { readonly card: Card }) {
  const items = card.items ?? [];
  const Icon = card.kind === 'event-type-list' ? Layers : CalendarDays;
  const rest = items.slice(FIRST_ITEMS);
  return (
    <CardFrame card={card}>
      <header className="flex items-center gap-2.5 px-4 pt-4 pb-2 sm:px-5">
        <Icon aria-hidden className="size-4 shrink-0 text-accent" strokeWidth={1.75} />
        <h2 className="text-sm font-semibold">{card.title}</h2>
      </header>
      <Items items={items.slice(0, FIRST_ITEMS)} />
      {rest.length === 0 ? null : (
        <details className="group border-t border-line">
          <summary className="list-none px-4 py-3 text-sm font-medium text-accent group-open:hidden sm:px-5">
            Show {rest.length} more
          </summary>
          <Items items={rest} />
        </details>
      )}
      {card.note === undefined ? null : <p className="px-4 pb-4 text-sm text-soft sm:px-5">{card.note}</p>}
    </CardFrame>
  );
}

function Items({ items }: { readonly items: readonly CardItem[] }) {
  return (
    <ul className="divide-y divide-line px-4 sm:px-5">
      {items.map((item) => (
        <li key={`${item.ref ?? ''}${item.title}${item.time ?? ''}`} className="flex items-start gap-3 py-3" data-ref={item.ref}>
          <div className="min-w-0 flex-1">
            <p className="text-sm font-medium wrap-anywhere">{item.title}</p>
            {item.time === undefined ? null : <p className="mt-0.5 text-sm tabular-nums">{item.time}</p>}
            {item.detail === undefined ? null : <p className="mt-0.5 text-sm wrap-anywhere text-soft">{item.detail}</p>}
          </div>
          {item.status === undefined ? null : <StatusChip status={item.status} />}
        </li>
      ))}
    </ul>
  );
}
