import type { Tool } from '../toolkit/tool.ts';
import { bookMeeting } from './assistant/book-meeting.ts';
import { dailyAgenda } from './assistant/daily-agenda.ts';
import { explainAvailability } from './assistant/explain-availability.ts';
import { findTime } from './assistant/find-time.ts';
import { resolveTime } from './assistant/resolve-time.ts';
import { confirmBooking, declineBooking } from './cal/answer-booking.ts';
import { apiDelete, apiGet, apiPatch, apiPost } from './cal/api-calls.ts';
import { addAttendee, listAttendees, removeAttendee } from './cal/attendees.ts';
import { updateBookingLocation } from './cal/booking-location.ts';
import { getBooking, listBookings } from './cal/bookings.ts';
import { getCalendarLinks } from './cal/calendar-links.ts';
import { getBusyTimes, listCalendars } from './cal/calendars.ts';
import { cancelBooking } from './cal/cancel-booking.ts';
import { createBooking } from './cal/create-booking.ts';
import { chargeCredits, getAvailableCredits } from './cal/credits.ts';
import { createEventType, deleteEventType, updateEventType } from './cal/event-type-changes.ts';
import { getEventType, listEventTypes } from './cal/event-types.ts';
import { addGuests } from './cal/guests.ts';
import { markAbsent } from './cal/mark-absent.ts';
import { getCurrentUser } from './cal/me.ts';
import { createOutOfOffice, deleteOutOfOffice, listOutOfOffice, updateOutOfOffice } from './cal/out-of-office.ts';
import { createPrivateLink, deletePrivateLink, listPrivateLinks, updatePrivateLink } from './cal/private-links.ts';
import { requestReschedule } from './cal/request-reschedule.ts';
import { rescheduleBooking } from './cal/reschedule-booking.ts';
import { deleteSlotReservation, getSlotReservation, reserveSlot, updateSlotReservation } from './cal/reservations.ts';
import { createSchedule, deleteSchedule, getSchedule, listSchedules, setDefaultSchedule, updateSchedule } from './cal/schedules.ts';
import { getAvailableSlots } from './cal/slots.ts';
import { listTeamEventTypes, listTeams } from './cal/teams.ts';
import { listWebhookDeliveries } from './cal/webhook-deliveries.ts';
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook } from './cal/webhooks.ts';
import { wherebyTools } from './whereby/index.ts';

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
  requestReschedule,
  updateBookingLocation,
  markAbsent,
  addGuests,
  listAttendees,
  addAttendee,
  removeAttendee,
  getCalendarLinks,
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
  listPrivateLinks,
  createPrivateLink,
  updatePrivateLink,
  deletePrivateLink,

  listWebhooks,
  createWebhook,
  updateWebhook,
  deleteWebhook,
  listWebhookDeliveries,

  listCalendars,
  getBusyTimes,
  listOutOfOffice,
  createOutOfOffice,
  updateOutOfOffice,
  deleteOutOfOffice,

  reserveSlot,
  getSlotReservation,
  updateSlotReservation,
  deleteSlotReservation,

  getAvailableCredits,
  chargeCredits,
  listTeams,
  listTeamEventTypes,

  findTime,
  bookMeeting,
  dailyAgenda,
  explainAvailability,
  resolveTime,

  apiGet,
  apiPost,
  apiPatch,
  apiDelete,

  ...wherebyTools,
];
