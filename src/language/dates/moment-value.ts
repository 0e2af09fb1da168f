import type { DateValue } from './day.ts';
import type { Instant } from './relative.ts';
import type { TimeValue } from './time.ts';
import type { NamedZone } from './zone.ts';

/** A place on the time line as said: a day, a time of day, both, or a counted instant. */
export interface Moment {
  readonly date?: DateValue;
  readonly time?: TimeValue;
  readonly zone?: NamedZone | null;
  readonly instant?: Instant;
  /** It is "now" itself, which also stands for today. */
  readonly isNow?: true;
}
