const KINDS: Readonly<Record<string, string>> = {
  inPerson: 'In person',
  attendeeInPerson: "In person, at the attendee's address",
  link: 'Online',
  userPhone: 'By telephone',
  phone: 'By telephone',
  somewhereElse: 'To be agreed',
  conferencing: 'Video call',
  'integrations:whereby-video': 'Video room; its link follows',
};

/** Where a booking takes place, for a reader: its address, link or number, or else the kind of place. */
export function toPlaceText(location: unknown): string | undefined {
  if (typeof location !== 'object' || location === null) return undefined;
  // Stored by the service as `{ kind, value }`.
  const { kind, value } = location as { readonly kind?: unknown; readonly value?: unknown };
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  return typeof kind === 'string' ? (KINDS[kind] ?? 'Video call') : undefined;
}
