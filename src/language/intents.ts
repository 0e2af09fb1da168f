import type { Intent } from './request.ts';

const POLITE =
  /^(?:(?:hey|hi|hello|ok|okay|so|and|also|then|now|oh|well|please|kindly|just|actually|sorry|yes|yeah|sure|kalends|,|!|\.|-|:)\s+|(?:can|could|would|will) (?:you|we|i)\s+|would you mind\s+|(?:i|we) (?:would|'d)? ?(?:really |also |just )*(?:want|need|like|have|wish|love|got|plan)(?: for)?(?: you| us)? to\s+|(?:i'd|we'd|i'll|we'll|i'm|i am|i would) (?:like|love|need|going|trying|hoping)?(?: you)? ?(?:to\s+)?|let's\s+|let us\s+|help me(?: to)?\s+|go ahead and\s+|you can\s+|i want you to\s+|make sure (?:to|you|i)\s+|is it possible (?:for you )?to\s+|try to\s+)+/;

/** The sentence without its courtesies: "could you please cancel it" becomes "cancel it". */
export function toCommand(line: string): string {
  return line.replace(POLITE, '');
}

export const CANCEL =
  /^(?:cancel|cancell?ing|delete|remove|erase|scrap|drop|call off|get rid of|clear|unbook|unschedule|take .* off|wipe|abort)\b/;
export const MOVE =
  /^(?:move|moving|reschedule|re-schedule|rescheduling|postpone|push|shift|delay|bump|rebook|bring|pull|put off|change|switch|swap|update|make (?:it|that|my|the)\b|set (?:it|that) )/;
export const CONFIRM = /^(?:confirm|accept|approve|rsvp yes)\b/;
export const DECLINE = /^(?:decline|reject|turn down|refuse|rsvp no|say no to)\b/;
export const BOOK =
  /^(?:book|schedule|scheduling|set ?up|set|arrange|organi[sz]e|plan|create|add|make|put|reserve|block(?: off| out)?|get me|get|fix|pencil|slot|enter|insert|invite|meet|find (?:me |us )?(?:a )?time (?:with|for)|sort out|fit)\b/;
const EVENT_TYPES =
  /\b(?:event|meeting|appointment|booking) (?:types?|kinds?|links?|pages?)\b|\b(?:types?|kinds?|sorts?) of (?:meeting|event|appointment|booking|call)s?\b|\bwhat (?:can|could|may|do) (?:people|someone|somebody|anyone|others|clients|customers|guests|they|one) (?:book|schedule)\b|\bwhat (?:do i|can i) offer\b|\bwhat(?:'s| is) (?:bookable|on offer)\b|\bwhat can be booked\b/;
const FREE =
  /\b(?:free|available|availability|availabilities|openings?|open(?: slots?| times?)?|busy|vacant|unbooked|slots?|gaps?|have (?:any |some )?time|room)\b/;
const WHEN_CAN =
  /\b(?:when (?:can|could) (?:i|we|you|someone|anyone)|find (?:me |us )?(?:a|some|any) (?:good |free |open )?(?:time|slot|gap|opening|hour|moment))\b/;
const QUESTION =
  /^(?:what|what's|whats|when|when's|whens|where|where's|who|who's|whom|which|how|how's|is|are|am|do|does|did|have|has|was|were|will|show|tell|list|display|give|see|view|check|look|find|read|pull up|any|anything|remind me (?:what|when|of|about)|let me (?:see|know)|i (?:want|need) to (?:see|know))\b/;
const CALENDAR =
  /\b(?:calendar|calender|agenda|schedule|scheduled|diary|meeting|meetings|meet|meeting with|appointment|appointments|booking|bookings|booked|event|events|plans?|planned|call|calls|lunch|dinner|day|week|month|going on|coming up|on my plate|upcoming)\b|\b(?:what's|what is) next\b/;
const DETAILS =
  /^(?:where(?:'s| is)|who(?:'s| is| will| else)|how long|how many (?:people|guests|attendees)|tell me (?:more )?about|what(?:'s| is) (?:the )?(?:location|link|address|title|subject|duration|length|status)|what(?:'s| is) (?:it|that|this) about|details|show (?:me )?(?:the )?details|more (?:details|about)|what time is|when is|when's|what do you know about)\b/;
const YES =
  /^(?:y|yes|yes please|yeah|yep|yup|sure|ok|okay|fine|do it|go ahead|please do|go for it|sounds good|sounds great|perfect|great|correct|right|that's right|that works|works for me|absolutely|of course|definitely|confirmed?|approved?|yes ?,? (?:please|do it|go ahead|that works|that's fine|that's right|book it|sounds good))(?: please| thanks| thank you)?$/;
const NO =
  /^(?:n|no|nope|nah|no thanks|no thank you|not now|stop|never ?mind|forget (?:it|that|about it)|don't|do not|cancel|cancel that request|leave it|deny|denied|abort|nothing|that's all|not really|quit|no ?,? (?:thanks|thank you|don't|leave it|never ?mind|stop))$/;
const GREETING =
  /^(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|yo)(?: there| kalends| again| everyone)?(?: ,? ?how are you(?: doing)?(?: <t>)?)?$|^how are you(?: doing)?(?: <t>)?$/;
const THANKS =
  /^(?:(?:ok|okay|great|perfect|cool|nice|awesome) ,? ?)?(?:thanks?|thank you|thx|cheers|much appreciated|you're (?:great|the best))(?: (?:so|very) much| a lot| again| kalends| you)*$|^(?:bye|goodbye|see you|good night|see you later)$|^(?:great|perfect|cool|nice|awesome|good job|well done)$/;
const HELP =
  /^(?:help|help me|help please|\?|what can (?:you|i) (?:do|ask|say)(?: here)?(?: for me)?|what do you do|who are you|what are you|how (?:do|does) (?:you|this|it) work|how can you help(?: me)?|how do i use (?:this|you)|what else can you do|i need help|can you help(?: me)?|commands)$/;

const VIRTUAL = '(?:video|virtual|online|whereby|call|conference|meeting)';
const CREATE_ROOM = new RegExp(
  `^(?:i(?:'ll| will)? (?:need|want|require) |(?:give|get|make|create|open|start|set up|spin up|need|want|generate)(?: me| us)? )(?:an? |another |the |one (?:more )?|new |quick |private |locked |big |large |group |${VIRTUAL} )*(?:room|(?:video|virtual|online|whereby|meeting) link)\\b(?! (?:service|number|temperature|mate))|^(?:book|reserve|schedule)(?: me| us)? (?:an? |another |new )?(?:video|virtual|online|whereby) (?:meeting )?room\\b`,
);
const ROOMS =
  /\b(?:video|virtual|online|whereby|meeting|my|which|what|all|open|the) rooms\b(?! (?:are|is) (?:free|available|booked))|^rooms\b/;
const ATTENDANCE =
  /\bwho (?:all )?(?:came|attended|joined|showed up|turned up|was (?:there|present|here|in|at)|were (?:there|present|in|at)|took part|participated|has been in)\b|\bhow many (?:people )?(?:came|attended|joined|showed up|were (?:there|in|at))\b|\b(?:did (?:anyone|anybody|someone|everyone|everybody)) (?:come|attend|join|show up|turn up)\b/;

/** What the sentence wants done. `line` is the pattern line of the whole sentence; `undefined` when nothing in it says. */
export function findIntent(line: string): Intent | undefined {
  const plain = line.replace(/[\s.!?,;:]+$/, '').replace(/^[\s,.!]+/, '');
  if (NO.test(plain)) return 'no';
  if (YES.test(plain)) return 'yes';
  if (THANKS.test(plain)) return 'thanks';
  if (GREETING.test(plain)) return 'greeting';
  if (HELP.test(plain)) return 'help';
  const command = toCommand(plain);
  if (/^(?:what|how) about\b/.test(command)) return 'answer';
  if (EVENT_TYPES.test(command) && !CANCEL.test(command) && !/^(?:create|add|make|delete|book)\b/.test(command)) return 'event-types';
  if (CREATE_ROOM.test(command)) return 'create-room';
  if (ATTENDANCE.test(command) && !/\b(?:will|going to)\b/.test(command)) return 'attendance';
  if (ROOMS.test(command) && QUESTION.test(command)) return 'rooms';
  if (CANCEL.test(command) || /^(?:i )?(?:can't|cannot|can not|won't) (?:make|attend)\b/.test(command)) return 'cancel';
  if (DECLINE.test(command)) return 'decline';
  if (CONFIRM.test(command)) return 'confirm';
  if (isMove(command)) return 'reschedule';
  if (isAvailability(command)) return 'availability';
  if (QUESTION.test(command)) return questionIntent(command);
  if (BOOK.test(command) || /\bnew (?:meeting|appointment|event|booking|call)\b/.test(command)) return 'book';
  if (
    /^(?:my )?(?:agenda|schedule|calendar|bookings|meetings|events|appointments|upcoming|next (?:meeting|appointment|event))\b/.test(
      command,
    )
  )
    return 'list';
  if (
    /^(?:an? |my )?(?:[\w-]+ ){0,3}(?:meeting|appointment|call|chat|lunch|dinner|breakfast|coffee|drinks|session|interview|sync|catch-up|review)s?\b/.test(
      command,
    )
  )
    return 'book';
  return undefined;
}

function isMove(command: string): boolean {
  if (!MOVE.test(command))
    return /^(?:can|could) (?:it|that|we) .*\b(?:moved|later|earlier|instead)\b/.test(command) || /\binstead of\b.*<t>/.test(command);
  if (/^(?:make|set|put|bring|pull|change|switch|update|push)/.test(command)) {
    if (/^(?:make|set) (?:it|that) <d>/.test(command)) return true;
    return (
      /\b(?:to|until|till|by|from|instead|forward|later|earlier|back|it|that|time|up|at)\b/.test(command) &&
      /<t>|<d>|later|earlier|\b(?:meeting|booking|appointment|call|it|that)\b/.test(command)
    );
  }
  return true;
}

function isAvailability(command: string): boolean {
  if (WHEN_CAN.test(command)) return true;
  if (!FREE.test(command)) return false;
  if (BOOK.test(command) && !/^(?:get|find|set)/.test(command)) return false;
  return (
    QUESTION.test(command) ||
    /^(?:free|available|availability|open|openings?|my availability|next (?:free|available)|slots?|find|get|<t>)\b/.test(command) ||
    /\b(?:free|available) (?:times?|slots?)\b/.test(command)
  );
}

function questionIntent(command: string): Intent {
  if (DETAILS.test(command) && /\b(?:meeting|appointment|booking|call|event|it|that|one|lunch|dinner|coffee|with)\b/.test(command))
    return 'details';
  if (CALENDAR.test(command) || /\bdo i have\b|\bwho am i\b|\bwhat have i\b|\bbooked\b|\bam i (?:meeting|seeing)\b/.test(command))
    return 'list';
  const isOwn = /\b(?:i|my|we|our|anything|happening|on|looks?|looking|who|who's|coming)\b|^(?:what's|how's|what is|how is) <t>$/;
  if (command.includes('<t>') && isOwn.test(command)) return 'list';
  return 'other';
}
