export { type BookingRooms, createBookingRooms, type RoomDiary, type RoomLedger } from './booking-rooms.ts';
export { type CalHook, createCalHook } from './cal-hook.ts';
export { checkSchedule, nextTick, nextTicks } from './cron.ts';
export { createHostedDiary } from './hosted-diary.ts';
export { DEFAULT_RETRY_POLICY, MOST_ATTEMPTS, type ScriptEnding } from './script-ending.ts';
export { createScriptEvents, type HostedNews, OWN_DOING } from './script-events.ts';
export { createScriptRuns, LEASE_SECONDS, runLabel, runOfLabel } from './script-runs.ts';
export { decideTicks, startTicker } from './script-ticks.ts';
