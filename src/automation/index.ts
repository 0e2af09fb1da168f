export { type BookingRooms, createBookingRooms, type RoomDiary, type RoomLedger } from './booking-rooms.ts';
export { type CalHook, createCalHook } from './cal-hook.ts';
export { createHostedDiary } from './hosted-diary.ts';
