import type { CardField } from '../../../toolkit/card.ts';

export function FieldList({ fields }: { readonly fields: readonly CardField[] }) {
  return (
    <dl className="grid grid-cols-[fit-content(40%)_1fr] gap-x-4 gap-y-1.5 text-sm">
      {fields.map((field) => (
        <div key={field.label} className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-soft">{field.label}</dt>
          <dd className="min-w-0 wrap-anywhere whitespace-pre-line">
            <Value text={field.value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A value that is a web address and nothing else can be followed; it may be another person's, so it is shown as it is and told nothing. */
function Value({ text }: { readonly text: string }) {
  if (!/^https?:\/\/[^\s<>"]+$/i.test(text) || !URL.canParse(text)) return text;
  return (
    <a
      href={text}
      target="_blank"
      rel="noopener noreferrer"
      className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-accent"
    >
      {text}
    </a>
  );
}
