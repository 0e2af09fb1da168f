import type { Card, CardItem } from '../../toolkit/card.ts';
import { accountField, nameOf, type Room, toMomentLabel, type WherebyContext } from './fields.ts';

/** A room without its host's link: that is a secret, and cards are shown, kept and sent on. */
export function toRoomCard(found: Room, context: WherebyContext): Card {
  const secrets = [...(found.hostRoomUrl === undefined ? [] : ['host']), ...(found.viewerRoomUrl === undefined ? [] : ['viewer'])];
  return {
    kind: 'record',
    title: nameOf(found),
    fields: [
      { label: 'Link', value: found.meetingUrl },
      { label: 'Open until', value: toMomentLabel(found.endDate, context.timeZone) },
      ...secrets.map((role) => ({
        label: role === 'host' ? 'Host link' : 'Viewer link',
        value: role === 'host' ? 'In the result only: whoever has it is host, and it cannot be taken back.' : 'In the result only.',
      })),
      { label: 'Id', value: found.meetingId },
      ...accountField(context),
    ],
  };
}

export function toRoomItem(found: Room, timeZone: string): CardItem {
  return {
    title: nameOf(found),
    time: `until ${toMomentLabel(found.endDate, timeZone)}`,
    detail: found.meetingUrl,
    ref: nameOf(found),
  };
}
