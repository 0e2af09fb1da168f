import { AppError } from '../errors.ts';

/** The zone as it was given; throws `invalid_input` unless it is one this system knows. */
export function checkTimeZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch (cause) {
    throw new AppError('invalid_input', `"${timeZone}" is not a time zone.`, {
      cause,
      hint: 'Use an IANA name like Europe/Amsterdam or America/New_York.',
    });
  }
}
