import type { Utterance } from '../../store/whereby-texts.ts';
import type { SummaryTemplate } from '../../wire/whereby/summaries.ts';

/** Always has `summary`; the sections beside it depend on the template. */
export type SummaryContent = Readonly<Record<string, string | readonly string[]>>;

const MOST_SENTENCES = 8;
const LONGEST_SENTENCE = 400;

/** Summarizes by extraction: the sentences that say most of what the others speak about, in their order and in nobody else's words. */
export function summarize(utterances: readonly Utterance[], template: SummaryTemplate): SummaryContent {
  const sentences = utterances.flatMap(toSentences);
  if (sentences.length === 0) return { summary: 'Nobody said anything.', ...sectionsOf(template, []) };
  const chosen = chooseSentences(sentences, Math.min(MOST_SENTENCES, Math.max(2, Math.ceil(sentences.length / 3))));
  const lines = chosen.map(({ speaker, text }) => `${speaker}: ${text}`);
  return {
    summary: template === 'General Bulleted' ? lines.map((line) => `• ${line}`).join('\n') : narrate(utterances, lines),
    ...sectionsOf(template, sentences),
  };
}

interface Sentence {
  readonly speaker: string;
  readonly text: string;
  readonly words: readonly string[];
}

function toSentences({ displayName, text }: Utterance): Sentence[] {
  return text
    .split(/(?<=[.!?…])\s+|\n+/)
    .map((part) => part.trim().slice(0, LONGEST_SENTENCE))
    .filter((part) => part !== '')
    .map((part) => ({ speaker: displayName, text: part, words: toWords(part) }));
}

const STOP_WORDS = new Set(
  (
    'a about after all also am an and any are as at be because been but by can could did do does for from get go had has have he her here him his how ' +
    'i if in into is it its just like me more my no not now of on one or our out she so some than that the their them then there these they this to ' +
    'up us very was we well were what when where which who will with would yes you your'
  ).split(' '),
);

function toWords(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length > 1 && !STOP_WORDS.has(word));
}

/** A sentence weighs what its words weigh on average, and a word as often as it is used; short remarks weigh little. */
function chooseSentences(sentences: readonly Sentence[], count: number): readonly Sentence[] {
  const uses = new Map<string, number>();
  for (const { words } of sentences) for (const word of new Set(words)) uses.set(word, (uses.get(word) ?? 0) + 1);
  const weigh = ({ words }: Sentence) => words.reduce((sum, word) => sum + (uses.get(word) ?? 0), 0) / (words.length + 3);
  return sentences
    .map((sentence, index) => ({ sentence, index, weight: weigh(sentence) }))
    .toSorted((one, other) => other.weight - one.weight || one.index - other.index)
    .slice(0, count)
    .toSorted((one, other) => one.index - other.index)
    .map(({ sentence }) => sentence);
}

function narrate(utterances: readonly Utterance[], lines: readonly string[]): string {
  const speakers = [...new Set(utterances.map(({ displayName }) => displayName))];
  const who = new Intl.ListFormat('en').format(speakers);
  return `${who} spoke. ${lines.join(' ')}`;
}

const CUES = {
  actions:
    /\b(i'll|we'll|will|let's|todo|action|need to|have to|must|going to|by (mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|next week)\b/i,
  questions: /\?$/,
  measured: /\d|\b(measured|test|result|observed|normal|shows?)\b/i,
  judged: /\b(i think|seems?|likely|probably|means|because|therefore|diagnosis|looks like)\b/i,
  felt: /\b(i feel|feels?|pain|hurts?|worried|happy|since|tired|i have|i am|i'm)\b/i,
  history: /\b(before|last (year|month|week|time)|previously|history|ago|used to)\b/i,
} as const;

type Cue = keyof typeof CUES;

const SECTIONS: Readonly<Record<SummaryTemplate, Readonly<Record<string, Cue>>>> = {
  'General Bulleted': { actionItems: 'actions', questions: 'questions' },
  'General Narrative': {},
  SOAP: { subjective: 'felt', objective: 'measured', assessment: 'judged', plan: 'actions' },
  'Extended SOAP': { history: 'history', subjective: 'felt', objective: 'measured', assessment: 'judged', plan: 'actions' },
  'Educational Lecture': { explanations: 'judged', questions: 'questions' },
  'Educational Tutoring': { explanations: 'judged', questions: 'questions', homework: 'actions' },
};

/** For each section the sentences whose words say that they belong there. */
function sectionsOf(template: SummaryTemplate, sentences: readonly Sentence[]): SummaryContent {
  return Object.fromEntries(
    Object.entries(SECTIONS[template]).map(([name, cue]) => [
      name,
      sentences.filter(({ text }) => CUES[cue].test(text)).map(({ speaker, text }) => `${speaker}: ${text}`),
    ]),
  );
}
