import { describe, expect, it } from 'vitest';
import { errorForm } from './error-form.ts';

describe('an error', () => {
  it.each([
    ['has the form that results have by themselves', ['bookings', 'list'], undefined],
    ['is JSON where JSON was asked for', ['bookings', 'list', '--json'], 'json'],
    ['is JSON beside lines of JSON', ['bookings', 'list', '--format', 'jsonl'], 'json'],
    ['is a sentence beside a table', ['bookings', 'list', '--format=table'], 'sentence'],
    ['is a sentence beside columns for a spreadsheet', ['bookings', 'list', '--format', 'csv'], 'sentence'],
    ['is a sentence where text was asked for', ['bookings', 'list', '--no-json'], 'sentence'],
    ['obeys the last word', ['bookings', 'list', '--no-json', '--json'], 'json'],
    ['does not take what follows "--" for an option', ['chat', '--', '--json'], undefined],
    ['is as before where the format is none', ['bookings', 'list', '--format', 'yaml'], undefined],
    ['is a sentence of the process that runs Kalends, whose log people read', ['up', '--no-open'], 'sentence'],
    ['is JSON of that process, too, where it was asked for', ['up', '--json'], 'json'],
  ] as const)('%s', (_title, argv, form) => {
    expect(errorForm(argv)).toBe(form);
  });
});
