export { type Conventions, defaultConventions } from './conventions.ts';
export { type DateContext, findDates, type Reading, type ReadingKind } from './dates/index.ts';
export { findEventTypes, foldName, isNameLike, type NamedEventType, offersMinutes } from './event-type.ts';
export type { Intent, LanguageContext, Person, Reference, Request, When } from './request.ts';
export { understand } from './understand.ts';
export { refineWhen } from './when.ts';
