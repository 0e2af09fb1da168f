import { describe, expect, it } from 'vitest';
import { closest } from './closest.ts';

const names = [
  'cal.list_bookings',
  'cal.get_booking',
  'cal.create_booking',
  'cal.cancel_booking',
  'cal.list_event_types',
  'whereby.list_rooms',
];

describe('the closest names', () => {
  it.each([
    ['cal.list_boking', 'cal.list_bookings'],
    ['cancelBooking', 'cal.cancel_booking'],
    ['booking_cancel', 'cal.cancel_booking'],
    ['list-eventtypes', 'cal.list_event_types'],
    ['lsit_rooms', 'whereby.list_rooms'],
  ])('%s is %s', (wanted, meant) => {
    expect(closest(wanted, names)[0]).toBe(meant);
  });

  it('leave out what shares a word only, beside one that is nearly it', () => {
    expect(closest('cal.list_boking', names)).toEqual(['cal.list_bookings']);
  });

  it('are at most five, and none where nothing is like it', () => {
    expect(closest('booking', [...names, 'cal.move_booking', 'cal.show_booking'])).toHaveLength(5);
    expect(closest('xyzzy', names)).toEqual([]);
    expect(closest('', names)).toEqual([]);
  });
});
