import { z } from 'zod';
import type { Tool } from './tool.ts';

/** The largest integer of the database, and of JavaScript: bounds that tell a caller nothing. */
const ENDLESS = 2_147_483_647;

/** What a caller may send, as JSON Schema (draft 7), without what costs a reader and tells nothing. The tool's own schema still checks all of it. */
export function toInputSchema({ input }: Pick<Tool, 'input'>): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(input, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.minLength === 1) delete jsonSchema.minLength;
      if ((jsonSchema.maximum ?? 0) >= ENDLESS) delete jsonSchema.maximum;
      if ((jsonSchema.minimum ?? 0) <= -ENDLESS) delete jsonSchema.minimum;
      if (jsonSchema.exclusiveMinimum === 0) delete jsonSchema.exclusiveMinimum;
      // An object of anything is one without a word about its members.
      delete jsonSchema.propertyNames;
      if (JSON.stringify(jsonSchema.additionalProperties) === '{}') delete jsonSchema.additionalProperties;
    },
  });
  return schema;
}
