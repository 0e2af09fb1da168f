import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Booking } from '../../wire/calcom/bookings.ts';
import { versionOf } from '../../wire/calcom/path-client.ts';
import { tools } from '../index.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { parseApiPath } from './api-path.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage(tools);
});
afterAll(() => stage.close());

describe('a path', () => {
  test.each([
    ['/bookings', '/v2/bookings'],
    ['bookings', '/v2/bookings'],
    ['/v2/bookings/', '/v2/bookings'],
    ['v2/me', '/v2/me'],
    ['/bookings/by-seat/a%20b', '/v2/bookings/by-seat/a%20b'],
    ['/bookings/über', '/v2/bookings/%C3%BCber'],
  ])('%j is %j', (given, path) => {
    expect(parseApiPath(given)).toEqual({ path, query: {} });
  });

  test('may carry its parameters', () => {
    expect(parseApiPath('/slots?eventTypeId=2&start=2030-01-08')).toEqual({
      path: '/v2/slots',
      query: { eventTypeId: '2', start: '2030-01-08' },
    });
  });

  test.each([
    ['https://evil.example/v2/bookings'],
    ['javascript:alert(1)'],
    ['//evil.example/bookings'],
    ['\\\\evil.example'],
    ['/bookings/../me'],
    ['/bookings/%2e%2e/me'],
    ['/bookings/%252e%252e/me'],
    ['/bookings/a%2fb'],
    ['/bookings/a\\b'],
    ['/bookings//x'],
    ['/bookings/\u0000'],
    ['/bookings/%zz'],
    ['/bookings#x'],
    ['/'],
    ['/v2'],
  ])('%j is refused', (given) => {
    expect(() => parseApiPath(given)).toThrow(`The path "${given}"`);
  });

  test.each([['/api-keys/refresh'], ['/v2/auth/oauth2/token'], ['/oauth-clients']])('%j hands out keys', (given) => {
    expect(() => parseApiPath(given)).toThrow('hands out keys');
  });

  test('has the version that belongs to it', () => {
    expect(versionOf('GET', '/v2/bookings')).toBe('2024-08-13');
    expect(versionOf('POST', '/v2/bookings/x/cancel')).toBe('2024-08-13');
    expect(versionOf('GET', '/v2/slots')).toBe('2024-09-04');
    expect(versionOf('GET', '/v2/event-types/2')).toBe('2024-06-14');
    expect(versionOf('DELETE', '/v2/schedules/3')).toBe('2024-06-11');
    expect(versionOf('GET', '/v2/slots/available')).toBe('2024-04-15');
    expect(versionOf('GET', '/v2/me')).toBeUndefined();
    expect(versionOf('GET', '/v2/bookings/x/unheard-of')).toBe('2024-08-13');
  });
});

describe('generic calls', () => {
  test('read any path, out of the envelope, as the documents write it', async () => {
    const slots = await stage.done('api_get', {
      path: '/slots',
      params: { eventTypeId: 2, start: '2030-01-08T00:00:00Z', end: '2030-01-09T00:00:00Z' },
    });
    expect(Object.keys(slots.output)).toContain('2030-01-08');
    expect((await stage.done('api_get', { path: '/me' })).output).toMatchObject({ username: 'olivia' });
    expect((await stage.done('api_get', { path: '/v2/bookings?take=5' })).output).toMatchObject({
      data: [],
      pagination: { totalItems: 0 },
    });
    expect((await stage.done('api_get', { path: '/event-types', version: '2024-04-15' })).output).toHaveProperty('eventTypeGroups');
  });

  test('book with responses, cancel by path, and delete', async () => {
    const booked = (
      await stage.done('api_post', {
        path: '/bookings',
        body: {
          eventTypeId: 2,
          start: '2030-01-08T10:00:00Z',
          responses: { name: 'Jane Example', email: 'jane@example.test', notes: 'Hi' },
        },
      })
    ).output as Booking;
    expect(booked).toMatchObject({ status: 'accepted', attendees: [{ name: 'Jane Example', timeZone: 'Europe/Amsterdam' }] });
    const cancelled = await stage.done('api_post', { path: `/bookings/${booked.uid}/cancel`, body: { cancellationReason: 'Enough' } });
    expect(cancelled.output).toMatchObject({ status: 'cancelled' });
    expect((await stage.done('api_patch', { path: '/me', body: { bio: 'Owner' } })).output).toMatchObject({ username: 'olivia' });
    const made = (await stage.done('api_post', { path: '/schedules', body: { name: 'S', timeZone: 'UTC', isDefault: false } })).output;
    const { id } = made as { readonly id: number };
    const written = await stage.write('api_delete', { path: `/schedules/${id}`, body: {} });
    expect(written.asked).toMatchObject({ title: `DELETE /v2/schedules/${id}`, status: { text: 'To be deleted' } });
    expect(await stage.settle('api_delete', { path: `/schedules/${id}` }, { id })).toEqual({ happened: true, output: null });
    expect(await stage.refused('api_get', { path: `/schedules/${id}` })).toMatchObject({ code: 'not_found' });
  });

  test('refuse before they send', async () => {
    expect((await stage.refused('api_post', { path: 'https://evil.example' })).message).toContain('is an address');
    expect((await stage.refused('api_get', { path: '/me', version: 'latest' })).message).toContain('is not a date');
    expect(await stage.refused('api_post', { path: '/api-keys/refresh' })).toMatchObject({ code: 'forbidden' });
    expect((await stage.refused('api_patch', {})).message).toContain('"path"');
  });
});
