import { useState } from 'react';
import type { CardDay, CardSlot } from '../../../toolkit/card.ts';

export interface SlotDayProps {
  readonly day: CardDay;
  readonly chosenStart: string | undefined;
  readonly isBusy: boolean;
  /** Without it the slots are only to read. */
  readonly onChoose: ((slot: CardSlot) => void) | undefined;
}

const FIRST_SLOTS = 16;
const SHAPE = 'rounded-lg border px-1.5 text-center text-sm font-medium tabular-nums';

export function SlotDay({ day, chosenStart, isBusy, onChoose }: SlotDayProps) {
  const [isWhole, setWhole] = useState(day.slots.length <= FIRST_SLOTS + 2);
  const slots = isWhole ? day.slots : day.slots.slice(0, FIRST_SLOTS);
  return (
    <fieldset aria-label={day.label} className="min-w-0 px-4 py-3.5 sm:grid sm:grid-cols-[8.5rem_1fr] sm:px-5">
      <h3 className="pb-2 text-sm text-soft tabular-nums sm:pt-1.5 sm:pb-0">{day.label}</h3>
      {slots.length === 0 ? <p className="text-sm text-soft sm:pt-1.5">No free time</p> : null}
      <div className="grid grid-cols-[repeat(auto-fill,minmax(4.25rem,1fr))] gap-1.5">
        {slots.map((slot) =>
          onChoose === undefined ? (
            <span key={slot.start} className={`${SHAPE} border-line py-1.5`}>
              {slot.label}
            </span>
          ) : (
            <button
              key={slot.start}
              type="button"
              aria-label={`${slot.label}, ${day.label}`}
              aria-pressed={slot.start === chosenStart}
              aria-disabled={isBusy || undefined}
              data-start={slot.start}
              onClick={() => onChoose(slot)}
              className={`${SHAPE} min-h-9 border-accent-line text-accent transition-colors hover:border-accent hover:bg-accent-wash aria-disabled:opacity-60 aria-pressed:border-accent aria-pressed:bg-accent aria-pressed:text-on-accent pointer-coarse:min-h-11`}
            >
              {slot.label}
            </button>
          ),
        )}
        {isWhole ? null : (
          <button
            type="button"
            onClick={() => setWhole(true)}
            className="min-h-9 rounded-lg px-2.5 text-sm font-medium text-soft hover:bg-sunken hover:text-ink pointer-coarse:min-h-11"
          >
            {day.slots.length - FIRST_SLOTS} more
          </button>
        )}
      </div>
    </fieldset>
  );
}
