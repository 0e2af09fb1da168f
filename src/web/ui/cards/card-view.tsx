import type { Card } from '../../../toolkit/card.ts';
import { BookingBody } from './booking-body.tsx';
import { CardFrame } from './card-frame.tsx';
import { ListCard } from './list-card.tsx';
import { NoticeCard } from './notice-card.tsx';
import { SlotsCard, type SlotsCardProps } from './slots-card.tsx';

/** Any card, drawn by its kind. */
export function CardView(props: SlotsCardProps) {
  const { card } = props;
  switch (card.kind) {
    case 'slots':
      return <SlotsCard {...props} />;
    case 'booking-list':
    case 'event-type-list':
    case 'list':
      return <ListCard card={card} />;
    case 'notice':
      return <NoticeCard card={card} />;
    case 'booking':
    case 'event-type':
    case 'person':
    case 'record':
      return <PlainCard card={card} />;
  }
}

function PlainCard({ card }: { readonly card: Card }) {
  return (
    <CardFrame card={card}>
      <BookingBody card={card} />
    </CardFrame>
  );
}
