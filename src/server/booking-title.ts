export interface TitleParts {
  readonly eventTypeTitle: string;
  readonly organiser: string;
  readonly scheduler: string;
  readonly location: string;
  readonly durationMinutes: number;
}

/** The name of a booking from the event type's template. */
export function toBookingTitle(template: string | undefined, parts: TitleParts): string {
  if (template === undefined || template.trim() === '') return `${parts.eventTypeTitle} between ${parts.organiser} and ${parts.scheduler}`;
  const { organiser, scheduler, location } = parts;
  const [firstName = '', ...otherNames] = scheduler.split(/\s+/);
  const values: Readonly<Record<string, string>> = {
    'Event type title': parts.eventTypeTitle,
    Organiser: organiser,
    'Organiser first name': organiser.split(/\s+/)[0] ?? '',
    Scheduler: scheduler,
    'Scheduler first name': firstName,
    'Scheduler last name': otherNames.join(' '),
    Location: location,
    'Event duration': `${parts.durationMinutes} min`,
    // Who the other one is depends on who reads; everybody reads the same here.
    'HOST/ATTENDEE': `${organiser} and ${scheduler}`,
    HOST: organiser,
    ATTENDEE: scheduler,
    USER: scheduler,
    LOCATION: location,
  };
  return template.replace(/\{([^}]*)\}/g, (whole, name: string) => values[name] ?? whole);
}
