import { CalendarDays, Layers, List } from 'lucide-react';
import type { Card, CardItem, CardKind } from '../../../toolkit/card.ts';
import { CardFrame } from './card-frame.tsx';
import { FieldList } from './field-list.tsx';
import { Moment } from './moment.tsx';
import { StatusChip } from './status-chip.tsx';

const FIRST_ITEMS = 8;

const ICONS: Partial<Record<CardKind, typeof List>> = { 'booking-list': CalendarDays, 'event-type-list': Layers };

/** Bookings, event types or anything else, one line each, with what they have in common above them. */
export function ListCard({ card }: { readonly card: Card }) {
  const items = card.items ?? [];
  const Icon = ICONS[card.kind] ?? List;
  const rest = items.slice(FIRST_ITEMS);
  return (
    <CardFrame card={card}>
      <header className="flex items-center gap-2.5 px-4 pt-4 pb-2 sm:px-5">
        <Icon aria-hidden className="size-4 shrink-0 text-accent" strokeWidth={1.75} />
        <h2 className="text-sm font-semibold">{card.title}</h2>
        {card.status === undefined ? null : (
          <span className="ml-auto">
            <StatusChip status={card.status} />
          </span>
        )}
      </header>
      {card.time === undefined && card.fields === undefined ? null : (
        <div className="space-y-3 border-b border-line px-4 pb-3 sm:px-5">
          {card.time === undefined ? null : <Moment time={card.time} />}
          {card.fields === undefined ? null : <FieldList fields={card.fields} />}
        </div>
      )}
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
