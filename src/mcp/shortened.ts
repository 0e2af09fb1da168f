/** The beginning of a text of somebody else, with a sign that it went on. A character is never cut in two: a half one is no text to a database. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}

/** How much a server may say about what went wrong, in characters: it stands in journals, conversations and prompts. */
export const LONGEST_WORDS = 2_000;
