import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssues } from './issues.ts';

const schema = z.strictObject({
  start: z.string(),
  email: z.email({ error: 'is not an e-mail address' }).optional(),
  status: z.array(z.enum(['upcoming', 'past'])).optional(),
});

function complaintAbout(input: unknown): string | undefined {
  const { error } = schema.safeParse(input);
  return error && describeIssues(error, input);
}

describe('what a schema refuses', () => {
  it('is told with the value at fault', () => {
    expect(complaintAbout({ start: 'now', email: 'ada@' })).toBe('"email" ("ada@") is not an e-mail address');
    expect(complaintAbout({ start: 'now', status: ['foo'] })).toBe('"status.0" ("foo"): Invalid option: expected one of "upcoming"|"past"');
  });

  it('says what is missing', () => {
    expect(complaintAbout({})).toBe('"start" is missing');
  });

  it('shows the beginning of a long value only', () => {
    expect(complaintAbout({ start: 'now', email: 'x'.repeat(10_000) })).toBe(`"email" ("${'x'.repeat(60)}…") is not an e-mail address`);
  });

  it('names a member that should not be there', () => {
    expect(complaintAbout({ start: 'now', when: 'later' })).toBe('Unrecognized key: "when"');
  });
});
