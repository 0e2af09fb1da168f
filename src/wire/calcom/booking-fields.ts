import { z } from 'zod';

/** Fields every event type has or may switch on; they are no custom questions. */
export const defaultFieldNames = ['name', 'email', 'title', 'location', 'notes', 'guests', 'rescheduleReason'] as const;

const label = z.string().min(1).max(500);
const placeholder = z.string().max(500).default('');
const shown = { required: z.boolean().default(false), hidden: z.boolean().default(false), disableOnPrefill: z.boolean().optional() };
const slug = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, { error: 'slug must be letters, digits, "-" and "_" only' });
const options = z.array(z.string().min(1)).min(1, { error: 'options must list at least one choice' }).max(200);

const withPlaceholder = { slug, label, placeholder, ...shown };
const withOptions = { slug, label, options, ...shown };

/** Custom questions by type. */
const customField = z.discriminatedUnion('type', [
  z.object({ type: z.literal('phone'), ...withPlaceholder }),
  z.object({ type: z.literal('address'), ...withPlaceholder }),
  z.object({ type: z.literal('text'), ...withPlaceholder }),
  z.object({ type: z.literal('number'), ...withPlaceholder }),
  z.object({ type: z.literal('textarea'), ...withPlaceholder }),
  z.object({ type: z.literal('url'), ...withPlaceholder }),
  z.object({ type: z.literal('multiemail'), ...withPlaceholder }),
  z.object({ type: z.literal('select'), placeholder, ...withOptions }),
  z.object({ type: z.literal('multiselect'), ...withOptions }),
  z.object({ type: z.literal('checkbox'), ...withOptions }),
  z.object({ type: z.literal('radio'), ...withOptions }),
  z.object({ type: z.literal('boolean'), slug, label, ...shown }),
]);

const defaultField = z.object({
  type: z.enum(defaultFieldNames),
  label: label.optional(),
  placeholder: z.string().max(500).optional(),
  required: z.boolean().optional(),
  hidden: z.boolean().optional(),
  disableOnPrefill: z.boolean().optional(),
});

/** The default fields are named by `type` (name, email) or by `slug` (title, location, notes, guests, rescheduleReason): both are read as `type`. */
export const bookingFieldInput = z.preprocess(
  (value) => {
    if (typeof value !== 'object' || value === null || !('slug' in value)) return value;
    const name = defaultFieldNames.find((candidate) => candidate === value.slug);
    return name === undefined ? value : { ...value, type: name };
  },
  z.discriminatedUnion('type', [defaultField, customField], {
    error: (issue) =>
      issue.code === 'invalid_union'
        ? 'type must be one of name, email, title, location, notes, guests, rescheduleReason, phone, address, text, number, textarea, select, multiselect, multiemail, checkbox, radio, boolean, url'
        : undefined,
  }),
);

export type BookingFieldInput = z.output<typeof bookingFieldInput>;
export type CustomField = z.output<typeof customField>;

export function isDefaultField(field: BookingFieldInput): field is z.output<typeof defaultField> {
  return defaultFieldNames.some((name) => name === field.type);
}

/** A field as an answer shows it. */
export const bookingField = z.object({
  type: z.string(),
  slug: z.string().nullish(),
  label: z.string().nullish(),
  placeholder: z.string().nullish(),
  required: z.boolean().nullish(),
  hidden: z.boolean().nullish(),
  disableOnPrefill: z.boolean().nullish(),
  options: z.array(z.string()).nullish(),
  isDefault: z.boolean().nullish(),
});

export type BookingField = z.output<typeof bookingField>;
