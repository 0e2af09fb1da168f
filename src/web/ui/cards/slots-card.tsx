import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import type { Card, CardDay, CardSlot } from '../../../toolkit/card.ts';
import { placeName } from '../shell/place-name.ts';
import { AttendeeForm } from './attendee-form.tsx';
import { CardFrame } from './card-frame.tsx';
import { SlotDay } from './slot-day.tsx';
import { type SlotMessage, toSlotMessage } from './slot-message.ts';

export interface SlotsCardProps {
  readonly card: Card;
  /** While an answer arrives nothing else can be said. */
  readonly isBusy: boolean;
  readonly onSay: (message: SlotMessage) => void;
}

const FIRST_DAYS = 5;

/** Free times, day by day. A click on one asks whom it is for if that is not known, and leads to the approval card. */
export function SlotsCard({ card, isBusy, onSay }: SlotsCardProps) {
  const [isWhole, setWhole] = useState(false);
  const [chosen, setChosen] = useState<{ readonly day: CardDay; readonly slot: CardSlot }>();
  const { days = [], draft } = card;
  const shown = isWhole ? days : days.slice(0, FIRST_DAYS);

  const choose = (day: CardDay, slot: CardSlot): void => {
    if (draft === undefined || isBusy) return;
    const message = toSlotMessage(draft, slot);
    if (message === undefined) setChosen({ day, slot });
    else onSay(message);
  };

  return (
    <CardFrame card={card}>
      <header className="px-4 pt-4 pb-3 sm:px-5">
        <div className="flex items-center gap-2.5">
          <CalendarClock aria-hidden className="size-4 shrink-0 text-accent" strokeWidth={1.75} />
          <h2 className="text-sm font-semibold">{card.title}</h2>
          {draft === undefined ? null : <span className="caption ml-auto text-right">{placeName(draft.timeZone)} time</span>}
        </div>
        {card.note === undefined ? null : <p className="mt-1 text-sm text-soft">{card.note}</p>}
      </header>
      <div className="divide-y divide-line border-t border-line">
        {shown.map((day) => (
          <div key={day.date}>
            <SlotDay
              day={day}
              chosenStart={chosen?.slot.start}
              isBusy={isBusy}
              onChoose={draft === undefined ? undefined : (slot) => choose(day, slot)}
            />
            {chosen?.day.date !== day.date || draft === undefined ? null : (
              <AttendeeForm
                key={chosen.slot.start}
                when={`${day.label}, ${chosen.slot.label}`}
                onCancel={() => setChosen(undefined)}
                onSubmit={(attendee) => {
                  const message = toSlotMessage(draft, chosen.slot, attendee);
                  if (message === undefined || isBusy) return;
                  setChosen(undefined);
                  onSay(message);
                }}
              />
            )}
          </div>
        ))}
      </div>
      {isWhole || days.length <= FIRST_DAYS ? null : (
        <button
          type="button"
          onClick={() => setWhole(true)}
          className="w-full border-t border-line px-5 py-3 text-sm font-medium text-accent hover:bg-sunken"
        >
          Show {days.length - FIRST_DAYS} more days
        </button>
      )}
    </CardFrame>
  );
}
