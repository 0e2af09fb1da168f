export { admit } from './admit.ts';
export { admitSeries, type SeriesAdmission, type SeriesRequest } from './admit-series.ts';
export { ALTERNATIVES_HORIZON_MS, nearestFreeStarts } from './alternatives.ts';
export { factsInterval } from './facts-interval.ts';
export { groupByDate, toIsoOffset, toIsoUtc } from './iso.ts';
export type * from './model.ts';
export { occurrenceStarts, type Recurrence } from './recurrence.ts';
export { listSlots } from './slots.ts';
export { isTimeZone } from './zone.ts';
