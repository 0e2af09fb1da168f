import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { Card, CardStatus } from '../../../toolkit/card.ts';
import { CardFrame } from './card-frame.tsx';
import { FieldList } from './field-list.tsx';

const ICONS = { good: CircleCheck, warning: TriangleAlert, bad: CircleAlert, neutral: Info } as const;
const INKS: Readonly<Record<CardStatus['tone'], string>> = {
  good: 'text-good',
  warning: 'text-warning',
  bad: 'text-bad',
  neutral: 'text-soft',
};

/** Something to know: a refusal with its reason, an error, the end of a plan. */
export function NoticeCard({ card }: { readonly card: Card }) {
  const tone = card.status?.tone ?? 'neutral';
  const Icon = ICONS[tone];
  return (
    <CardFrame card={card}>
      <div className="flex gap-3 p-4 sm:px-5">
        <Icon aria-hidden className={`mt-0.5 size-[1.125rem] shrink-0 ${INKS[tone]}`} strokeWidth={1.75} />
        <div className="min-w-0 flex-1 space-y-1.5 text-sm">
          <h2 className="font-semibold wrap-anywhere">{card.title}</h2>
          {card.time === undefined ? null : <p className="tabular-nums">{card.time.label}</p>}
          {card.note === undefined ? null : <p className="wrap-anywhere text-soft">{card.note}</p>}
          {card.fields === undefined ? null : <FieldList fields={card.fields} />}
        </div>
      </div>
    </CardFrame>
  );
}
