import type { CardStatus } from '../../../toolkit/card.ts';

export const TONES: Readonly<Record<CardStatus['tone'], string>> = {
  good: 'bg-good-wash text-good',
  warning: 'bg-warning-wash text-warning',
  bad: 'bg-bad-wash text-bad',
  neutral: 'bg-sunken text-soft',
};

export function StatusChip({ status }: { readonly status: CardStatus }) {
  return (
    <span className={`inline-flex shrink-0 items-center rounded-full px-2.5 py-0.5 text-xs font-medium ${TONES[status.tone]}`}>
      {status.text}
    </span>
  );
}
