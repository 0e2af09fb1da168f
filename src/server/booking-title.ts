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
  const [firstName = '', ...otherNames] = parts.scheduler.split(/\s+/);
  const values: Readonly<Record<string, string>> = {
    'Event type title': parts.eventTypeTitle,
    Organiser: parts.organiser,
    Scheduler: parts.scheduler,
    'Scheduler first name': firstName,
    'Scheduler last name': otherNames.join(' '),
    Location: parts.location,
    'Event duration': `${parts.durationMinutes} min`,
  };
  return template.replace(/\{([^}]*)\}/g, (whole, name: string) => values[name] ?? whole);
}
