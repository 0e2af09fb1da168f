/** What a person sees of a call or its result: plain data that a terminal prints, a browser draws and a model can read. */
export interface Card {
  readonly kind: CardKind;
  readonly title: string;
  readonly status?: CardStatus;
  /** The one moment the card is about. */
  readonly time?: CardTime;
  readonly fields?: readonly CardField[];
  readonly items?: readonly CardItem[];
  readonly days?: readonly CardDay[];
  /** What a click on one of the card's slots would book. */
  readonly draft?: CardDraft;
  readonly note?: string;
}

/** `record` is one thing of any sort by its fields, `list` several by their items; the others are drawn in ways of their own. */
export type CardKind = 'booking' | 'booking-list' | 'slots' | 'event-type' | 'event-type-list' | 'person' | 'notice' | 'record' | 'list';

export interface CardStatus {
  readonly text: string;
  readonly tone: 'good' | 'warning' | 'bad' | 'neutral';
}

/** An interval as UTC ISO strings, with its words in the reader's zone and, where they differ, in the other side's. */
export interface CardTime {
  readonly start: string;
  readonly end: string;
  readonly timeZone: string;
  /** "Tue 8 Jan 2030, 14:00 – 14:30" */
  readonly label: string;
  /** The same moment for the other person: "Tue 8 Jan 2030, 08:00 – 08:30 (New York)". */
  readonly otherLabel?: string;
}

export interface CardField {
  readonly label: string;
  readonly value: string;
}

export interface CardItem {
  readonly title: string;
  /** "Tue 8 Jan 2030, 14:00 – 14:30" */
  readonly time?: string;
  readonly detail?: string;
  readonly status?: CardStatus;
  /** The id a follow-up call needs: a booking uid, an event type id. */
  readonly ref?: string;
}

export interface CardDay {
  /** "2030-01-11", in the card's zone. */
  readonly date: string;
  /** "Fri 11 Jan 2030" */
  readonly label: string;
  readonly slots: readonly CardSlot[];
}

export interface CardSlot {
  /** UTC ISO instant. */
  readonly start: string;
  /** "14:00" */
  readonly label: string;
}

export interface CardDraft {
  readonly eventTypeId: number;
  readonly eventTypeTitle: string;
  readonly durationMinutes: number;
  readonly timeZone: string;
  readonly attendee?: { readonly name: string; readonly email: string };
  /** Set when the slots were listed to move this booking. */
  readonly rescheduleUid?: string;
}
