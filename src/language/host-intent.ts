import type { HostIntent } from './frame.ts';
import { toCommand } from './intents.ts';
import type { Sentence } from './sentence.ts';
import { splitRequests } from './split.ts';
import { toPatternLine } from './words.ts';

const NOUN = `(?:meeting|appointment|appt|event|booking|call|lunch|dinner|breakfast|brunch|party|date|interview|session|game|class|trip|conference|review|visit|practice|plans?|one)`;
const OWN = String.raw`(?:my|the|this|that|our|<t>|today's|tomorrow's|[\w-]+'s)`;

const DELETE =
  /^(?:cancel|cancell?ing|delete|deleting|remove|erase|clear|drop|get rid of|scratch|scrap|call off|take .+ off (?:my|the) )\b/;
const LATE_DELETE =
  /(?:[,.?!] |\b(?:please|go ahead and|need to|want to|can you|could you) )(?:please )?(?:cancel|delete|remove|erase) (?:it|that|this|<t>)\b|[,.] ?(?:please |can you (?:please )?)?(?:cancel|delete) (?:it|that)\b/;
const CHANGE =
  /^(?:move|moving|re-?schedule|re-?arrange|postpone|change|changing|update|modify|edit|push|shift|extend|lengthen|shorten|delay|switch|swap|rename|uninvite|bump|put off|correct|adjust|replace|defer)\b/;
const LATE_CHANGE =
  /\b(?:can you|could you|please|let's|need to|have to|going to have to|want to|and) (?:please )?(?:move|reschedule|postpone|push|bump|shift|extend|change|delay) (?:it|that|my|the|this)\b|\b(?:got|was|were|is|be|been) (?:moved|pushed|rescheduled|postponed|changed|delayed) (?:to|from|back|until)\b|\bif you reschedule\b/;
const INSTEAD = /\binstead\b(?! of (?:me|us))|\bnot <t>$|(?:<t>|\bwith [\w ]+) ?,? not (?:<t>|\d|[\w]+)$|\bisn't .+ but\b/;
const MAKE = new RegExp(
  String.raw`^(?:make|set|have|put|schedule|end|start) (?:${OWN} )(?:[\w'’-]+ ){0,4}?(?:.*\b(?:be |at |to be |for the |to |on |an? <d>|<d>|earlier|later|early|instead))`,
);
const MAKE_OWN = /^(?:make|end) (?:my|it|that|this)\b(?! own)/;
const GUESTS = new RegExp(
  String.raw`^(?:add|invite|include|put) (?!(?:an?|the|my|to|new|another)\b)[\w, &'-]+? (?:to|on|in|for) (?:${OWN} )?(?:list of people .*|guest list .*|(?:[\w'-]+ ){0,3}?(?:<t> )?(?:[\w'-]+ ){0,2}?${NOUN}\b(?!s? (?:on|to) (?:my|the) cal))`,
);
const JOIN =
  /^(?:add|invite|include) (?!(?:an?|the|my|to|new|another|this|that|it|<q>)\b)[\w, &'-]{2,40}? to (?:my|the|our|this) (?!(?:\w+ )?(?:cal|sched|agenda|list|planner|diary|datebook|event$))[\w'<]/;
const DISINVITE = new RegExp(
  String.raw`^(?:remove|take|drop|delete) (?!(?:an?|the|my|all|everything)\b)[\w, ]+? from (?:${OWN} )?(?!<t>$)(?:[\w'-]+ ){0,3}(?:<t> )?(?!cal|sched|agenda)(?:${NOUN}|wedding|carnival|list|weekend)\b`,
);
const STATEMENT =
  /^(?:my|the|this|yesterday's|<t>) (?:[\w'-]+ ){0,5}(?:<t> )?(?:was (?:at|with)|should be|will need to be|needs? to be|is with only|happened at)\b/;
const ATTENDANCE =
  /\b(?:is|are) (?:also )?(?:going to join|coming instead|joining|going instead)\b|\bwon't (?:come|be there)\b|\blocation for (?:my|the)\b/;
const ANSWER = /^(?:accept|decline|reject|join|rsvp|confirm|respond|reply|tentative(?:ly)?)\b/;
const QUESTION =
  /^(?:what|when|where|who|whom|whose|how|which|why|is|are|am|was|were|do|does|did|has|have i|have we|have you|have any|will|would|should|could|show|list|tell|find|finding|check|display|see|view|look(?:ing)?|let me (?:know|see)|any|anything|anyone|anybody|search|give|read|locate|pull up|remind me (?:about|what|when|of)|need to (?:know|double check|check|see)|double check|know|review|remember)\b|^(?:what|when|who|where|how|anything)'?s\b/;
const ASKING =
  /\b(?:i (?:want|need|would like|wanted|'d like) to (?:know|see (?:my|when|what|if|where|who|all)|review|check)|i'd like to (?:know|see (?:my|when|what|if|where|who))|would love to know|(?:was|were|'m|am) wondering|i forgot|can(?:'t| not|not) remember|tell me (?:what|when|where|who|if|how)|check if|see my calendar|double check|help me (?:locate|find)|list of|show (?:me )?(?:my )?calendar|dates? list)\b/;
const FREE =
  /\b(?:am i (?:free|available|open)|do i have (?:any |an? |some )?(?:<d>|free|openings?|time|room|\d+ hour|(?:\w+ ){0,2}block)|openings? (?:in|for|on)|an opening|(?:find|get) (?:me )?(?:an?|some) (?:\d+ minute |<d> ?)?(?:slot|period|time|block|opening)|is there (?:any )?(?:room|time)|free hours|(?:is|if) the team (?:is )?available|times? (?:is|are) (?:free|open))\b/;
const SEE_PERSON = /^see (?!(?:if|when|what|who|where|how|my|the|all|any|whether|a list)\b)\w+/;
const PLURAL =
  /\b(?:all|everything|every|any|both|each|rest of)\b(?! day)|\b(?:meetings|events|appointments|trips|bookings|calls|meeting dates)\b|^clear (?:my|the|our|off) (?:\w+ )?(?:calendar|calender|schedule|day|agenda)|^clear <t>|^(?:\w+ )?(?:my |the )?plans\b/;
const REMINDER =
  /\b(?:set|make|create|add|put|need)\b(?: up)?(?: an?| the)? (?:\w+ )?remind[ea]r?\b|^remind(?:er)?\b|^remember me\b|\balarm\b/;
const FAMILY =
  /\bwith (?:my |the |our |his |her )?(?:mom|mum|mother|sis|sister|dad|father|brother|wife|husband|spouse|son|daughter|parents|child|kids?|doctor|doc|lawyer|therapist)(?: (?:tomorrow|on|at|for|in|to|this|next|and|<t>|and <t>)\b|'s\b| <t>|\s*[.,!?]|$)/;
const RECURRENCE = /\b(?:re-?occurring|recurring|repeating|repeats?|biweekly)\b/;
const HELP =
  /^(?:(?:i )?(?:need|want|require)? ?(?:a little |some )?help\b|how (?:are|do) you|hello|hi|hey|ok|thanks|thank you)(?: there)?(?: (?:with|in|on|using|updating|coordinating|creating|scheduling|me (?:update|with)).*)?(?: .{0,12})?$/;
const FACT =
  /^(?:what|when|where|how|why|who)(?:'s| is| are| does| do| many| causes?| to|'re)?\b(?!.*\b(?:my|i|i'm|i've|me|our|we|meeting|event|events|appointment|calendar|schedule|scheduled|party|game|attend\w*|organiz\w*|invit\w*|coming|accepted|responded|declined|lunch|dinner|conference|going|on <t>|happening|brunch|wedding|hosting|plans|busy|next|join\w*|the [\w-]+)\b)(?!what time)/;
const CREATE =
  /^(?:book|schedule|scheduling|set ?up|set|create|creat|add|make|put|plan|arrange|organi[sz]e|block|enter|insert|reserve|get|input|log|save|include|pencil|note|mark|place|write|open|keep|hold|attend|meet|meeting|have|going to|go|spend|invite|start|new|need|will|want|do me a favor and)\b/;

/** What the sentence wants of the writer's own calendar. */
export function hostIntent(text: string, sentence: Sentence): HostIntent {
  const line = toPatternLine(sentence.words).replace(/[\s.!?,]+$/, '');
  const command = toCommand(
    line.replace(/^(?:yo|yes|yeah|good (?:morning|afternoon|evening)|hello|hi|hey|<t>)(?: [.,!-])? (?=\w)/, (greeting) =>
      greeting.startsWith('<t>') ? greeting : '',
    ),
  );
  const first = simpleIntent(command, line, sentence);
  return hasSecondWish(first, text) ? 'other' : first;
}

function simpleIntent(command: string, line: string, { readings }: Sentence): HostIntent {
  if (HELP.test(command) || HELP.test(line)) return 'other';
  if (ANSWER.test(command)) return 'find';
  if (DISINVITE.test(command) || GUESTS.test(command) || JOIN.test(command)) return 'update';
  if (DELETE.test(command)) return PLURAL.test(command) ? 'other' : 'delete';
  if (FREE.test(line)) return 'create';
  if (SEE_PERSON.test(command)) return 'create';
  if (CHANGE.test(command)) return isVague(command) || PLURAL.test(command) ? 'other' : 'update';
  if (FACT.test(command)) return 'other';
  if (QUESTION.test(command) || ASKING.test(line))
    return /^(?:does|when are|is|are) \w+ (?:have|free|busy|available|and)\b/.test(command) ? 'other' : 'find';
  if (LATE_DELETE.test(line)) return 'delete';
  if (MAKE_OWN.test(command) || LATE_CHANGE.test(line) || INSTEAD.test(line) || STATEMENT.test(line) || ATTENDANCE.test(line))
    return 'update';
  if (MAKE.test(command) && !/\b(?:calendar|meeting with|up)\b/.test(command) && /^(?:make|end|have)/.test(command)) return 'update';
  if (REMINDER.test(command) || RECURRENCE.test(line) || readings.some(({ kind }) => kind === 'set') || FAMILY.test(line)) return 'other';
  if (CREATE.test(command) || /<t>|<d>|\b(?:meeting|appointment|event|lunch|dinner)\b|\bwith \w+/.test(line)) return 'create';
  return /^i(?:'m| am|'ll| will) \w+/.test(line) ? 'create' : 'other';
}

/** "Change my event": nothing says into what. */
function isVague(command: string): boolean {
  if (/^(?:re-?schedule|postpone|defer|uninvite|rename|extend|move|delay)\b/.test(command)) return false;
  return !/<t>|<d>|\b(?:to|from|so|with|by|be|for|at|later|earlier|half|instead|title|name|location|time)\b/.test(command);
}

/** Two things at once that each change the calendar. */
function hasSecondWish(first: HostIntent, text: string): boolean {
  if (first !== 'create' && first !== 'delete' && first !== 'update') return false;
  const [, rest] = splitRequests(text);
  if (
    rest === undefined ||
    /^(?:can you |could you |please |also )*(?:move|reschedule|postpone|change|push|show|list|tell|what|find)\b/i.test(rest)
  )
    return false;
  return /^(?:can you |could you |please |also |i (?:also )?(?:need|want) to )*(?:cancel|delete|remove|book|schedule|set up|create|add|arrange|confirm|accept|decline)\b/i.test(
    rest,
  );
}
