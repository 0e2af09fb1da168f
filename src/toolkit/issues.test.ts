import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssues } from './issues.ts';

const schema = z.strictObject({
  start: z.string(),
  email: z.email({ error: 'is not an e-mail address' }).optional(),
  status: z.union([z.enum(['upcoming', 'past']), z.array(z.enum(['upcoming', 'past']))]).optional(),
  take: z.int().min(1).max(100).optional(),
  hosts: z
    .array(z.strictObject({ user_id: z.int() }))
    .min(1)
    .optional(),
});

function complaintAbout(input: unknown): string | undefined {
  const { error } = schema.safeParse(input);
  return error && describeIssues(error, input, schema);
}

describe('what a schema refuses', () => {
  it('is told with the value at fault', () => {
    expect(complaintAbout({ start: 'now', email: 'ada@' })).toBe('"email" ("ada@") is not an e-mail address');
    expect(complaintAbout({ start: 'now', status: ['foo'] })).toBe('"status" ("foo") is none of upcoming, past');
  });

  it('says what is missing', () => {
    expect(complaintAbout({})).toBe('"start" is missing');
  });

  it('shows the beginning of a long value only', () => {
    expect(complaintAbout({ start: 'now', email: 'x'.repeat(10_000) })).toBe(`"email" ("${'x'.repeat(60)}…") is not an e-mail address`);
  });

  it('guesses what was meant', () => {
    expect(complaintAbout({ start: 'now', status: 'upcomming' })).toBe(
      '"status" ("upcomming") is none of upcoming, past (did you mean upcoming?)',
    );
    expect(complaintAbout({ start: 'now', emial: 'a' })).toBe('"emial" is unknown (did you mean email?)');
    expect(complaintAbout({ start: 'now', hosts: [{ user_id: 1, user: 2 }] })).toBe('"hosts[0].user" is unknown (did you mean user_id?)');
  });

  it('says in plain words what would be right', () => {
    expect(complaintAbout({ start: 5, take: 0 })).toBe('"start" ("5") must be a text; "take" ("0") must be at least 1');
    expect(complaintAbout({ start: [], take: 101 })).toBe('"start" must be a text, not a list; "take" ("101") must be at most 100');
    expect(complaintAbout({ start: 'x', take: 2.5 })).toBe('"take" ("2.5") must be a whole number');
    expect(complaintAbout({ start: 'x', hosts: [] })).toBe('"hosts" must have at least 1 entry');
    expect(complaintAbout({ start: 'x', hosts: [{ user_id: 'ada' }] })).toBe('"hosts[0].user_id" ("ada") must be a number');
    expect(complaintAbout([])).toBe('it must be an object, not a list');
  });

  it('names a member that should not be there', () => {
    expect(complaintAbout({ start: 'now', when: 'later' })).toBe('"when" is unknown (there are start, email, status, take, hosts)');
  });
});
