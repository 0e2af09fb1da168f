const VERBS =
  'cancel|delete|remove|book|schedule|reschedule|move|postpone|confirm|accept|decline|reject|show|list|tell me|what|when am|when is|who|find|set up|create|add|arrange|am i|do i';
const JOINT = new RegExp(
  String.raw`(?:\s*[,;.!]\s*|\s+)(?:and then|and also|and|then|also|after that|;)\s*,?\s+(?=(?:please |can you |could you |also )*(?:${VERBS})\b)`,
  'i',
);
const STOP = new RegExp(
  String.raw`[.!?;]\s+(?:(?:and|then|also|after that|next),?\s+)*(?=(?:please |can you |could you |also |then )*(?:${VERBS})\b)`,
  'i',
);

/** The first request of a text, and the rest of it when another request follows: "cancel my 2pm and book Ada at 3". */
export function splitRequests(text: string): readonly [first: string, rest?: string] {
  const cuts = [JOINT, STOP].flatMap((pattern) => {
    const match = pattern.exec(maskQuotes(text));
    return match === null || !isRequest(text.slice(0, match.index)) ? [] : [match];
  });
  const cut = cuts.toSorted((a, b) => a.index - b.index)[0];
  return cut === undefined ? [text] : [text.slice(0, cut.index + (/^[?!.]/.test(cut[0]) ? 1 : 0)), text.slice(cut.index + cut[0].length)];
}

/** Whether something is asked before the cut; a greeting alone is no request. */
function isRequest(text: string): boolean {
  return new RegExp(String.raw`\b(?:${VERBS}|meet|push|make|have)\b`, 'i').test(text);
}

function maskQuotes(text: string): string {
  return text.replace(/"[^"]*"|“[^”]*”/g, (quoted) => '_'.repeat(quoted.length));
}
