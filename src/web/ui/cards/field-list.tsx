import type { CardField } from '../../../toolkit/card.ts';

export function FieldList({ fields }: { readonly fields: readonly CardField[] }) {
  return (
    <dl className="grid grid-cols-[fit-content(40%)_1fr] gap-x-4 gap-y-1.5 text-sm">
      {fields.map((field) => (
        <div key={field.label} className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-soft">{field.label}</dt>
          <dd className="min-w-0 wrap-anywhere whitespace-pre-line">{field.value}</dd>
        </div>
      ))}
    </dl>
  );
}
