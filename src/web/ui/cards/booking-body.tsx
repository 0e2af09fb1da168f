import type { Card } from '../../../toolkit/card.ts';
import { DateLeaf } from './date-leaf.tsx';
import { FieldList } from './field-list.tsx';
import { Moment } from './moment.tsx';
import { StatusChip } from './status-chip.tsx';

/** What a card says about one thing: its moment, its title and its facts. Shared by bookings, approvals, people and event types. */
export function BookingBody({ card }: { readonly card: Card }) {
  const isOff = card.status?.tone === 'bad';
  const fields = card.fields ?? [];
  return (
    <div className="p-4 sm:p-5">
      <div className="flex gap-4">
        {card.time === undefined ? null : <DateLeaf time={card.time} isMuted={isOff} />}
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
            <h2 className="text-base leading-6 font-semibold tracking-[-0.011em]">{card.title}</h2>
            {card.status === undefined ? null : <StatusChip status={card.status} />}
          </div>
          {card.time === undefined ? null : (
            <div className="mt-1.5">
              <Moment time={card.time} isStruck={isOff} />
            </div>
          )}
        </div>
      </div>
      {fields.length === 0 ? null : (
        <div className={card.time === undefined ? 'mt-3' : 'mt-4 border-t border-line pt-4'}>
          <FieldList fields={fields} />
        </div>
      )}
      {card.note === undefined ? null : <p className="mt-3 text-sm text-soft">{card.note}</p>}
    </div>
  );
}
