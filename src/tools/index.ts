import type { Tool } from '../toolkit/tool.ts';
import { getBooking, listBookings } from './cal/bookings.ts';
import { cancelBooking, confirmBooking, declineBooking, rescheduleBooking } from './cal/change-booking.ts';
import { createBooking } from './cal/create-booking.ts';
import { createEventType, deleteEventType, updateEventType } from './cal/event-type-changes.ts';
import { getEventType, listEventTypes } from './cal/event-types.ts';
import { getCurrentUser } from './cal/me.ts';
import { createSchedule, deleteSchedule, getSchedule, listSchedules, setDefaultSchedule, updateSchedule } from './cal/schedules.ts';
import { getAvailableSlots } from './cal/slots.ts';

export type { Clients } from './clients.ts';

/** Every tool of Kalends, in the order a reader meets them. */
export const tools: readonly Tool[] = [
  listEventTypes,
  getEventType,
  getAvailableSlots,
  listBookings,
  getBooking,
  createBooking,
  rescheduleBooking,
  cancelBooking,
  confirmBooking,
  declineBooking,
  getCurrentUser,

  listSchedules,
  getSchedule,
  createSchedule,
  updateSchedule,
  setDefaultSchedule,
  deleteSchedule,

  createEventType,
  updateEventType,
  deleteEventType,
];
