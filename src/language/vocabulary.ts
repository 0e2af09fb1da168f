const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Nouns for an entry in a calendar that say nothing about what it is. */
export const GENERIC_NOUNS =
  list(`meeting meetings meetup meet event events appointment appointments booking bookings entry entries item items
  session slot slots time something anything thing things it one engagement`);

/** Nouns that name a kind of occasion; never a person. */
export const OCCASION_NOUNS = list(`call calls chat sync standup stand-up check-in checkin catchup catch-up review interview demo workshop
  training lesson class course lecture seminar webinar conference presentation briefing retro retrospective kickoff kick-off planning
  breakfast brunch lunch dinner supper drinks coffee tea party birthday wedding anniversary concert game match practice gym yoga run
  dentist doctor doctors haircut checkup check-up visit trip vacation holiday flight date movie show picnic barbecue bbq reunion tour
  consultation intro introduction onboarding one-on-one 1:1 reservation table room hotel reminder deadline errand focus break`);

export const ARTICLES = list('a an the my our your this that these those another some any new quick short brief other');

export const PRONOUNS = list(
  'i me my mine we us our you your it its he him his she her they them their this that these those everyone everybody someone somebody anyone anybody nobody who whom',
);

export const WEEKDAY_NAMES = list(`monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
  january february march april may june july august september october november december today tomorrow tonight`);

export const PREPOSITIONS = list(
  'at in on for from by until till to with about regarding re concerning before after during of off into between around near as because since via over through',
);

/** Words that carry no content in an answer or beside one. */
export const FILLERS =
  list(`please thanks thank you ok okay well so then just the a an at on in for from by to with it is it's its let's lets
  make do um uh hmm oh maybe perhaps would be should could can i'd like my me i want need that works work fine good great sounds how what
  about or and instead actually sorry no yes yeah use take choose pick go his her their name email e-mail mail address is are was
  think guess say sure`);

/** Relations instead of names: "my boss". */
export const RELATIONS =
  list(`boss manager team staff mom mum mother dad father parents brother sister wife husband partner son daughter kids
  children family friend friends colleague colleagues client clients customer customers doctor dentist lawyer accountant teacher girlfriend
  boyfriend grandma grandpa grandmother grandfather aunt uncle cousin neighbor neighbour therapist coach supervisor assistant everyone
  students professor advisor adviser group roommate`);
