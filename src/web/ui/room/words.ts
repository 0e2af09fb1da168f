/** "standup-793e9ec1-…" is "Standup"; a room without a name of its own, or with the one of a booking's room, is a meeting room. */
export function toRoomTitle(name: string): string {
  const words = name
    .replace(/^kalends-[0-9a-f]{16}-/, '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '')
    .split('-')
    .filter((word) => word !== '');
  const title = words.join(' ');
  return title === '' ? 'Meeting room' : title.charAt(0).toLocaleUpperCase() + title.slice(1);
}

export function toInitials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}

/** "Tue 8 Jan, 10:00", in the reader's zone and language. */
export function toMomentText(iso: string): string {
  return new Intl.DateTimeFormat(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(iso));
}

/** "Ada", "Ada and Grace", "Ada, Grace and 3 others" */
export function toNames(names: readonly string[]): string {
  const [first = '', second, ...others] = names;
  if (second === undefined) return first;
  if (others.length === 0) return `${first} and ${second}`;
  return `${first}, ${second} and ${others.length === 1 ? others[0] : `${others.length} others`}`;
}

/** Which of a few tints a person has: the same one on every page. */
export function tintOf(id: string, count: number): number {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % count;
}
