import type { KalendsMessage } from '../../../agent/messages.ts';
import { isToolPart } from '../client/message-stream.ts';

const DOINGS: Readonly<Record<string, string>> = {
  list_event_types: 'Looking at the event types',
  get_event_type: 'Looking at the event type',
  get_available_slots: 'Looking for free times',
  list_bookings: 'Looking through the bookings',
  get_booking: 'Looking at the booking',
  create_booking: 'Preparing the booking',
  reschedule_booking: 'Preparing the move',
  cancel_booking: 'Preparing the cancellation',
  confirm_booking: 'Preparing the confirmation',
  decline_booking: 'Preparing the refusal',
  get_current_user: 'Looking at your profile',
  list_rooms: 'Looking at the rooms',
  get_room: 'Looking at the room',
  create_room: 'Preparing the room',
  delete_room: 'Preparing the deletion',
  list_meetings: 'Looking through past meetings',
  get_meeting: 'Looking at the meeting',
  execute_lua: 'Running a script',
};

/** What happens while nothing is to be read yet; nothing while text arrives. */
export function Activity({ message }: { readonly message: KalendsMessage | undefined }) {
  const last = message?.parts.at(-1);
  if (last?.type === 'text' && last.text !== '') return null;
  const doing = last !== undefined && isToolPart(last) ? DOINGS[toolName(last)] : undefined;
  return (
    <p className="flex items-center gap-2.5 text-sm text-soft" data-testid="activity">
      <span aria-hidden className="flex gap-1">
        <span className="pulse-dot size-1.5 rounded-full bg-accent" />
        <span className="pulse-dot size-1.5 rounded-full bg-accent [animation-delay:160ms]" />
        <span className="pulse-dot size-1.5 rounded-full bg-accent [animation-delay:320ms]" />
      </span>
      {doing === undefined ? <span className="sr-only">Kalends is answering</span> : `${doing}…`}
    </p>
  );
}

/** `cal_create_booking`, `cal.create_booking` and `create_booking` are one tool. */
function toolName(part: { readonly type: string; readonly toolName?: string }): string {
  const name = part.toolName ?? part.type.replace(/^tool-/, '');
  return name.replace(/^(cal|whereby)[._]+/, '');
}
