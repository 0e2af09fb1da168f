import { isNameWord } from './people.ts';
import type { Sentence } from './sentence.ts';
import { ARTICLES, PREPOSITIONS, PRONOUNS, RELATIONS } from './vocabulary.ts';
import { textOf, type Word } from './words.ts';

/** A part of a sentence with its kind: `date`, `time`, `timeofday`, `general_frequency`, `event_name`, `person`, `relation` or `place_name`. */
export interface ScopeEntity {
  readonly type: string;
  readonly text: string;
}

/** What a sentence for the calendar names, in the words that were used. */
export function readScopeEntities({ words }: Sentence): readonly ScopeEntity[] {
  const lower = words.map((word) => ({ ...word, text: word.lower }));
  // "the evening meeting", "the dinner party": a part of the day before an occasion names the occasion.
  const named = lower.map(
    (word, at): Word =>
      word.kind === 'time' && DESCRIBING.test(word.text) && OCCASIONS.has(lower[at + 1]?.lower ?? '') ? { ...word, kind: 'word' } : word,
  );
  const times = named.flatMap((word, at) => (word.kind === 'time' ? timeParts(word, named[at - 1]?.lower) : []));
  return [...times, ...peopleIn(named), ...placesIn(named), ...occasionsIn(named)];
}

const DESCRIBING = /^(?:morning|afternoon|evening|night|lunch|dinner|breakfast|brunch)$/;

const PART = /\b(?:this )?(?:early |late )?(?:morning|afternoon|evening|tonight|noon|midday|midnight)(?:'s)?\b|\bnight\b/;
const CLOCK =
  /\b(?:(?:\w+(?:[ -]\w+)?) ?(?:a\.?m\.?|p\.?m\.?)\b|\d{1,2}:\d\d|\w+ o'? ?clock|(?:half|quarter) (?:past|to) \w+|twelve noon|(?<=\b(?:at|by|around) )(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})(?: (?:fifteen|thirty|forty five|oh five))?\b)/;
const NUMBER = /^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|thirty|forty|oh|\d{1,2})$/;

/** "tomorrow at two pm" as a date and a time. */
function timeParts({ text: whole, reading }: Word, before?: string): readonly ScopeEntity[] {
  const text = before === 'on' || whole.startsWith('on ') ? whole.replace(/^(on )?this (?=\w+day\b)/, '$1') : whole;
  const [first, second] = text.split(/ and /);
  if (/\bbetween\b|^today\b/.test(text) && first !== undefined && second !== undefined) {
    return [...timeParts(spoken(first.replace(/\bbetween /, 'at '), reading)), ...timeParts(spoken(`at ${second}`, reading))];
  }
  if (reading?.kind === 'duration')
    return [{ type: 'time', text: text.replace(/^(?:for|in|the) /, '').replace(/ (?:before|after|from now)$/, '') }];
  const found: ScopeEntity[] = [];
  let rest = text;
  const clock = CLOCK.exec(rest);
  if (clock !== null) {
    const time = clock[0].split(' ').slice(-3);
    while (time.length > 2 && !NUMBER.test(time[0] ?? '')) time.shift();
    if (time.length === 2 && !NUMBER.test(time[0] ?? '') && /m\.?$/.test(time[1] ?? '') === false) time.shift();
    const said = time.join(' ').replace(/ o'? ?clock$/, '');
    found.push({ type: 'time', text: said });
    rest = rest.replace(time.join(' '), ' ');
  }
  const part = PART.exec(rest);
  if (part !== null) {
    found.push({ type: 'timeofday', text: part[0] });
    rest = rest.replace(part[0], ' ');
  }
  const day = trimDay(rest);
  if (day === '') return found;
  if (reading?.kind === 'set') return [{ type: 'general_frequency', text: day }, ...found];
  if (/^(?:lunch|dinner|breakfast|brunch)/.test(day)) return found;
  if (reading?.kind === 'time' || reading?.kind === 'timerange') return found.length > 0 ? found : [{ type: 'time', text: day }];
  const lead = /^(\w+ (?:hours?|minutes?)) before$/.exec(day)?.[1];
  if (lead !== undefined) return [{ type: 'time', text: lead }, ...found];
  const isStretch = /\b(?:hours?|minutes?|rest|remainder|day)\b/.test(day) && !/\b(?:today|after|before|days)\b/.test(day);
  return [{ type: isStretch ? 'time' : 'date', text: day }, ...found];
}

/** A piece of a phrase as if it were said alone. */
function spoken(text: string, reading: Word['reading']): Word {
  return { text, lower: text, start: 0, end: 0, kind: 'time', isCapital: false, ...(reading === undefined ? {} : { reading }) };
}

function trimDay(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?:^|\s)(?:at|on|in|by|around|for|from|of|the|this|between|and|to|until)$/, '')
    .replace(
      /^(?:(?:on|at|in|for|by|from|of|during|until|till|before|after|between|since) )*(?:on )?(?:this (?=\w+day\b)(?<=on this ))?/,
      '',
    )
    .replace(/^(?:the|a|coming) (?!rest|month|week$)/, '')
    .replace(/^next (?=(?:mon|tues|wednes|thurs|fri|satur|sun)day)/, '')
    .trim();
}

const NAMES_BEFORE = /^(?:with|and|for|,)$/;

function peopleIn(words: readonly Word[]): readonly ScopeEntity[] {
  const found: ScopeEntity[] = [];
  let isOpen = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    const bare = word.lower.replace(/['’]?s$/, '');
    if (RELATIONS.has(word.lower) || RELATIONS.has(bare)) {
      if (word.lower !== 'family' && word.lower !== 'doctors' && word.lower !== 'doctor' && word.lower !== "doctor's")
        found.push({ type: 'relation', text: word.text });
      isOpen = false;
      continue;
    }
    if (word.lower === 'with' || word.lower === 'w/') {
      isOpen = true;
      continue;
    }
    if (isOpen && NAMES_BEFORE.test(word.lower)) continue;
    const isPossessive =
      /[\p{L}]'s$/u.test(word.lower) && isNameWord(word) && !NO_NAMES.has(bare) && OCCASIONS.has(words[at + 1]?.lower ?? '');
    if (isPossessive) {
      found.push({ type: 'person', text: word.text });
      continue;
    }
    if (isOpen && isNameWord(word) && !NO_NAMES.has(bare)) {
      const next = words[at + 1];
      const isFull =
        next !== undefined &&
        isNameWord(next) &&
        !NO_NAMES.has(next.lower) &&
        words[at - 1]?.lower === 'with' &&
        words[at + 2]?.lower !== 'and' &&
        !isNameWord(words[at + 2]);
      found.push({ type: 'person', text: isFull ? `${word.text} ${next.text}` : word.text });
      if (isFull) at += 1;
      continue;
    }
    isOpen = isOpen && ARTICLES.has(word.lower);
  }
  return found;
}

const NO_NAMES = new Set(
  'friends friend people person group team only these those dinner lunch event events calendar list them reminder notification everyone office work school today'.split(
    ' ',
  ),
);

function placesIn(words: readonly Word[]): readonly ScopeEntity[] {
  return words.flatMap((word, at) => {
    const isTo =
      (word.lower === 'to' && /^(?:go|went|going)$/.test(words[at - 1]?.lower ?? '')) ||
      (word.lower === 'from' && words[at + 1]?.lower === 'the');
    if (word.lower !== 'at' && word.lower !== 'in' && !isTo) return [];
    const next = words[at + 1];
    if (next === undefined || next.kind === 'time' || next.kind === 'number') return [];
    const place: Word[] = [];
    for (const part of words.slice(at + 1)) {
      if (place.length === 0 && /^(?:the|a|an|my|our)$/.test(part.lower)) continue;
      if (part.kind !== 'word' || (PREPOSITIONS.has(part.lower) && part.lower !== 'of') || STOPS.has(part.lower)) break;
      place.push(part);
    }
    const first = place[0]?.lower ?? '';
    if (
      place.length === 0 ||
      place.length > 4 ||
      /^(?:calendar|calender|calendars|schedule|list|me|it|that|touch|case|advance|meetings?|which|order|least|all|once|one|google|agenda)$/.test(
        first,
      ) ||
      place.some(({ lower }) => lower === 'calendar')
    )
      return [];
    return [{ type: 'place_name', text: textOf(place) }];
  });
}

const OCCASIONS = new Set(
  `meeting meetings appointment appointments birthday birthdays bday party parties wedding interview conference call concert match game class
  practice anniversary graduation reunion picnic holiday vacation standup marriage tournament festival seminar workshop exam test program
  retirement training election show brunch presentation recital rehearsal ceremony funeral inauguration date session prayer visit`.split(
    /\s+/,
  ),
);
const STOPS = new Set(
  `i i'm i'd i've you we he she they it is are was am be been do does did have has had my me our your and or that this these those what when
  where who which how set add create make put schedule scheduled remind reminder please on in at for to from with about of by before after
  event events calendar notification alert can could would will should not no any all new next upcoming last first second send give tell know
  going get go there here due starting happening coming also cancel delete remove clear latest olly hey book plan arrange named called today
  check list show see attending attend ready until if as a an the many more much some up out off into need want like let invite repeat repeating
  fix mark marked start starts started pending upcoming following required`.split(/\s+/),
);

function occasionsIn(words: readonly Word[]): readonly ScopeEntity[] {
  const task = taskIn(words);
  if (task !== undefined) return task;
  return words.flatMap((word, at) => {
    const bare = word.lower.replace(/'s$/, '');
    if (word.kind !== 'word' || !OCCASIONS.has(bare)) return [];
    if (OCCASIONS.has(words[at + 1]?.lower ?? '') && words[at + 1]?.lower !== 'date') return [];
    let start = at;
    while (start > 0 && isDescriber(words[start - 1])) start -= 1;
    const text = textOf(words.slice(start, at + 1)).replace(/'s$/, '');
    return /^(?:date|show|call|class|test|game)$/.test(text) && start === at && !/^(?:a|the|my)$/.test(words[at - 1]?.lower ?? '')
      ? []
      : [{ type: 'event_name', text }];
  });
}

function isDescriber(word: Word | undefined): boolean {
  if (word === undefined || word.kind !== 'word') return false;
  return (
    !STOPS.has(word.lower) &&
    !ARTICLES.has(word.lower) &&
    !PRONOUNS.has(word.lower) &&
    !/'s$/.test(word.lower) &&
    !RELATIONS.has(word.lower)
  );
}

/** "to meet Joe": a person, not a task. */
function meetingWith(words: readonly Word[]): readonly ScopeEntity[] | undefined {
  const [name] = words;
  return name !== undefined && isNameWord(name) && !RELATIONS.has(name.lower) ? [{ type: 'person', text: name.text }] : undefined;
}

/** "remind me to pay the rent": the task is the occasion. */
function taskIn(words: readonly Word[]): readonly ScopeEntity[] | undefined {
  const at = words.findIndex(({ lower }) => /^(?:remind|reminder|remember|reminders)$/.test(lower));
  if (at < 0) return undefined;
  const to = words.findIndex(({ lower }, place) => place > at && place <= at + 6 && lower === 'to');
  const verb = words[to + 1];
  if (to < 0 || verb === undefined || verb.kind !== 'word' || /^(?:be|attend|go)$/.test(verb.lower)) return undefined;
  if (/^(?:meet|visit|see)$/.test(verb.lower)) return meetingWith(words.slice(to + 2));
  const task: Word[] = [];
  for (const word of words.slice(to + 1)) {
    if (word.kind !== 'word' || /^(?:at|on|by|in|for|from|before|after|when|because|every|with|and)$/.test(word.lower)) break;
    task.push(word);
  }
  const noun = task.find(({ lower }) => OCCASIONS.has(lower));
  if (noun !== undefined) return undefined;
  return task.length === 0 ? undefined : [{ type: 'event_name', text: textOf(task) }];
}
