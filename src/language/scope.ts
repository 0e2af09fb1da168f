import { defaultConventions } from './conventions.ts';
import { toCommand } from './intents.ts';
import type { LanguageContext } from './request.ts';
import { readScopeEntities, type ScopeEntity } from './scope-entities.ts';
import { readSentence } from './sentence.ts';
import { toPatternLine } from './words.ts';

export interface Scope {
  /** Whether the calendar is meant at all. */
  readonly scheduling: boolean;
  readonly intent: 'set' | 'query' | 'remove' | 'other';
  readonly entities: readonly ScopeEntity[];
}

/** Whether a sentence said to an assistant of any kind is for the calendar, and what it wants there. */
export function readScope(text: string, context: LanguageContext): Scope {
  const sentence = readSentence(text, context);
  const line = toPatternLine(sentence.words)
    .replace(/[\s.!?,]+$/, '')
    .replace(
      /^(?:(?:hey|hi|hello|ok|okay|please|yo) )*(?:(?:siri|alexa|google|olly|cortana|assistant|kalends|jarvis|robot|pda)\b[ ,]*)*/,
      '',
    );
  const reminders = (context.conventions ?? defaultConventions).reminders === 'scheduling';
  if (!isForCalendar(line, reminders)) return { scheduling: false, intent: 'other', entities: [] };
  return { scheduling: true, intent: intentOf(line), entities: readScopeEntities(sentence) };
}

/** Other things an assistant does: each has words of its own, and they win. */
const ELSEWHERE = [
  /\b(?:e-?mails?|inbox|mail|gmail|outlook mail|reply to|text message|sms|tweet|twitter|facebook|instagram|post (?:to|on)|status update|whatsapp)\b/,
  /\b(?:alarms?|timer|stopwatch|snooze|wake me|wake-?up)\b/,
  /\b(?:songs?|music|playlist|album|artist|radio|podcasts?|audio ?book|audiobooks?|chapter|volume|spotify|pandora|shuffle|soundtrack|jazz|lyrics|fm)\b/,
  /\b(?:weather|forecast|rain(?:ing|y)?|snow(?:ing|y)?|temperature|umbrella|humid(?:ity)?|sunny|degrees|storm)\b/,
  /\b(?:news|headlines?|articles?|stocks?|stock price|share price|exchange rates?|currency|dollars?|euros?|bitcoin)\b/,
  /\b(?:lights?|lamp|vacuum|hoover|coffee (?:machine|maker|pot)|plug|socket|thermostat|roomba|cleaner|dim|brightness)\b/,
  /\b(?:taxi|uber|cab|lyft|trains?|bus|buses|flights?|airline|airplane|plane|tickets?|traffic|commute|directions?|route|drive to|metro|subway)\b/,
  /\b(?:my|the|a|an|this|that|to-?do|shopping|grocery|on|from) (?:\w+ )?lists?\b|\blists\b|\b(?:to-?do|to do list|todo|groceries|shopping)\b|^(?:create|make|new) (?:\w+ )?list\b/,
  /\b(?:takeaway|take ?out|takeout|pizza|delivery|deliver|restaurants?|recipes?|cook|cooking|menu|order (?:a|an|some|me|food|dinner|lunch)|curry|sushi)\b/,
  /\b(?:hotels?|reservations?|reserve a table|table for|car rental|rent a car|oil|tires?|tyres?|mechanic|maintenance|insurance|bank|account|credit|bills? (?:due|is)|pto|days? off|vacation days|payday|visa|passport)\b/,
  /\b(?:jokes?|sing|game (?:of|with me)|play (?:a |the |some )|translate|spell|definition|define|meaning of|mean in|how do (?:you|i) say|in (?:spanish|french|german|italian|chinese|japanese))\b/,
  /\b(?:movies? (?:playing|showing|near)|showtimes?|cinema|theat(?:er|re)|near(?:by| me| here)|in the (?:area|city|town|neighbou?rhood)|in town|around (?:me|here|town)|locally|local)\b/,
  /\b(?:time ?zone|what time is it|what's the time|current time|the time (?:in|now)|what day (?:is|of|does|will)|day of (?:the week|<t>)|(?:what|which) (?:will be |is )?(?:the )?day (?:is|on)|what's the date|what is the date|the date of (?!my)|today's date|what is today|day of the week|convert)\b/,
];

const CALENDAR = /\b(?:calendars?|calenders?|agenda|diary)\b/;
const OCCASION =
  /\b(?:meetings?|appointments?|appt|interview|conference(?: call)?|birthdays?|bday|anniversary|wedding|party|event|events|reminders?)\b/;
const OWN_TIME =
  /\b(?:what|which|anything|something|nothing|do i have|have i|am i|is my|how's my|hows? (?:is )?my|show me my|tell me my|read (?:me |back )?my|check my|are there any|is there any(?:thing)?|is anything|where do i)\b.*\b(?:schedule[ds]?|scheduled|plans?|planned|going on|happening|booked|busy|free|open|meetings?|appointments?|appts?|events?|day|week|look like|looks? like|to be|have|on)\b/;
const REMIND = /\bremind(?:er|ers|ed|ing)?\b|\bremember (?:me )?to\b|\bdon't let me forget\b/;
const NOTIFY = /\b(?:notify|alert|notification|notifications|alerts|let me know|inform me|tell me)\b/;
const SCHEDULE_VERB =
  /^(?:schedule|book|arrange|plan|set ?up|set|create|add|make|put|mark|enter|organi[sz]e|place|insert|save|invite|fix|new|i have|i've got|i need|i want|i'm|i am|i will|i'll|there is|we have)\b/;

function isForCalendar(line: string, reminders: boolean): boolean {
  if (!reminders) return isStrictlyForCalendar(line);
  const isElsewhere = ELSEWHERE.some((pattern) => pattern.test(line));
  if (CALENDAR.test(line)) return !/\b(?:e-?mail)\b/.test(line);
  if (/\bmy (?:\w+ |<t> )?schedule\b/.test(line)) return true;
  if (/^i (?:have|'ve got|had) (?:an?|my) .*<t>/.test(line)) return !/\bi had\b/.test(line);
  if (isElsewhere) return REMIND.test(line) && !/\b(?:alarm|e-?mail|news|song|weather)s?\b/.test(line);
  if (REMIND.test(line)) return true;
  if (isHappeningElsewhere(line)) return false;
  const command = toCommand(line);
  if (/\bmy schedule\b|\bschedules?\b/.test(line)) return true;
  if (/\b(?:meetings?|appointments?|appt|interview)\b/.test(line)) return true;
  if (NOTIFY.test(command) && OCCASION.test(line)) return true;
  if (/\b(?:birthdays?|bday|anniversary)\b/.test(line)) return !/\b(?:celebrity|born|actor|president)\b/.test(line);
  if (/\b(?:events?|party|wedding|concert|conference)\b/.test(line)) return true;
  if (/\b(?:meet|lunch|dinner|brunch|breakfast|drinks|coffee|appointment)(?: date)? with\b/.test(line)) return true;
  if (
    /^(?:cancel|delete|remove|erase)\b/.test(command) &&
    (/\b(?:call|plans|lunch|dinner|session|class|<t>)\b|<t>/.test(line) || command === 'cancel')
  )
    return true;
  if (/^when (?:is|will|does|do|are) (?:the|my|our) (?!next train|bus)/.test(command)) return true;
  if (SCHEDULE_VERB.test(command) && /<t>/.test(line)) return true;
  return OWN_TIME.test(line) && /<t>/.test(line);
}

/** "What events are on in Milan?": a guide's business, not the calendar's. */
function isHappeningElsewhere(line: string): boolean {
  return (
    /\b(?:events?|happening|going on|concerts?|fairs?|festivals?)\b.* (?:in|around|at) (?!<t>|<d>|my|our|the (?:calendar|next|past|last|morning|evening|afternoon)|calendar)/.test(
      line,
    ) && !/\bmy\b|^(?:set|add|create|put|schedule|remind|make|cancel|delete|remove)\b/.test(line)
  );
}

/** Where a reminder is another assistant's business, only meetings and the calendar itself count. */
function isStrictlyForCalendar(line: string): boolean {
  if (REMIND.test(line) || ELSEWHERE.some((pattern) => pattern.test(line))) return CALENDAR.test(line) && !/\b(?:holiday|pto)\b/.test(line);
  if (CALENDAR.test(line)) return true;
  if (/\b(?:cards?|pay|owe|balance|spend|spent|transactions?|miles|points|payment)\b/.test(line)) return false;
  if (/\bmy (?:schedule|agenda)\b|\bmeetings?\b|\bmeeting room\b/.test(line)) return true;
  if (
    /\b(?:do i have(?! to pay)|appointments?|plans|scheduled?|going on|happening|events?|have to be|my day|my schedule)\b/.test(line) &&
    /<t>/.test(line)
  )
    return true;
  return (
    /\bappointments?\b/.test(line) && /\b(?:my|what|which|do i|when)\b/.test(line) && !/\b(?:make|get|schedule|book|arrange)\b/.test(line)
  );
}

const REMOVE = /\b(?:cancel|delete|remove|erase|clear|get rid of|take off|take out|wipe|unschedule|drop|make blank|cut)\b/;
const ASK =
  /^(?:what|what's|whats|when|when's|who|who's|where|where's|which|how|how's|why|is|are|am|was|were|do|does|did|will|would|has|have (?:i|you|we|there)|can i|show|list|tell me|give|check|display|read|look|find|search|see|any|open|pull|upcoming|up coming|latest|details|describe|get me (?:the|my)|let me (?:see|know (?:if|what|when|who|about))|next|know|inform me|view|explain|confirm|tell about|more about|more on)\b|^(?:my |the |all )?(?:[\w']+ )?(?:schedule|calendar|agenda|events|reminders|plans?|appointments|meetings)$/;

function intentOf(line: string): 'set' | 'query' | 'remove' {
  const command = toCommand(line);
  if (REMOVE.test(command) && !/^(?:remind|set|add|create|put)\b/.test(command)) return 'remove';
  if (
    /^(?:remind|set|add|create|put|schedule|book|make|mark|notify|alert|arrange|plan|send me (?:a )?(?:reminder|notification|alert))\b/.test(
      command,
    )
  )
    return 'set';
  if (ASK.test(command)) return 'query';
  return 'set';
}
