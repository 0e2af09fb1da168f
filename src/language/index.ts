export { type Conventions, defaultConventions } from './conventions.ts';
export { type DateContext, findDates, type Reading, type ReadingKind } from './dates/index.ts';
export { findEventTypes, foldName, isNameLike, type NamedEventType, offersMinutes } from './event-type.ts';
export { type EventFrame, type HostIntent, readFrame } from './frame.ts';
export type { Intent, LanguageContext, Person, Reference, Request, When } from './request.ts';
export { readScope, type Scope } from './scope.ts';
export { understand } from './understand.ts';
export { refineWhen } from './when.ts';
