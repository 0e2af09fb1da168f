/** A range of clock times ("13:00" to "17:00"; "24:00" is the end of the day), or one time where a part of the day means a point. */
export type DayPart = string | readonly [start: string, end: string];

/** What English leaves open, as settings: two people may mean different things by the same words. */
export interface Conventions {
  /** Of two readings `future` takes the coming one, `nearest` the closer one. */
  readonly direction: 'future' | 'nearest';
  /** "next Friday": the first Friday after today, or the Friday of the week after this one. */
  readonly nextWeekday: 'upcoming' | 'next-week';
  readonly weekStart: 'monday' | 'sunday' | 'saturday';
  /** When a weekend starts and ends: "saturday 00:00". */
  readonly weekend: readonly [start: string, end: string];
  /** "03/04" is March 4 (MDY) or 3 April (DMY). */
  readonly dateOrder: 'MDY' | 'DMY';
  /** Parts of the day by name: morning, earlyMorning, lunch, lateAfternoon, night … */
  readonly dayParts: Readonly<Record<string, DayPart>>;
  /** Whether "remind me to…" is the calendar's business. */
  readonly reminders: 'scheduling' | 'out-of-scope';
}

/** What Kalends takes words to mean unless a person's settings say otherwise. */
export const defaultConventions: Conventions = {
  direction: 'future',
  nextWeekday: 'next-week',
  weekStart: 'monday',
  weekend: ['saturday 00:00', 'monday 00:00'],
  dateOrder: 'MDY',
  dayParts: {
    breakfast: ['07:00', '09:00'],
    earlyMorning: ['06:00', '09:00'],
    morning: ['08:00', '12:00'],
    lateMorning: ['10:00', '12:00'],
    noon: '12:00',
    lunch: ['12:00', '14:00'],
    afterLunch: ['13:00', '17:00'],
    earlyAfternoon: ['12:00', '14:30'],
    afternoon: ['12:00', '17:00'],
    lateAfternoon: ['15:00', '17:00'],
    afterSchool: ['15:00', '18:00'],
    afterWork: ['17:00', '20:00'],
    dinner: ['18:00', '21:00'],
    earlyEvening: ['17:00', '19:00'],
    evening: ['17:00', '21:00'],
    lateEvening: ['19:00', '22:00'],
    night: ['20:00', '24:00'],
    lateNight: ['22:00', '24:00'],
    midnight: '24:00',
    businessDay: ['09:00', '17:00'],
  },
  reminders: 'scheduling',
};
