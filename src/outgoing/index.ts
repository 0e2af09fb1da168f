export { createGuardedFetch } from './guarded-fetch.ts';
export { createGuardedStream } from './guarded-stream.ts';
export { createOutgoing, type Outgoing, type OutgoingAnswer, type OutgoingOptions, type OutgoingRequest } from './outgoing.ts';
