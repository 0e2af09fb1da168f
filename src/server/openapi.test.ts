import { expect, it } from 'vitest';
import { startTestService } from './service.fixture.ts';

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly deprecated?: boolean;
  readonly security: readonly unknown[];
  readonly parameters: readonly { readonly name: string; readonly required: boolean; readonly schema: unknown }[];
  readonly requestBody?: { readonly required: boolean };
  readonly responses: Readonly<Record<string, unknown>>;
}

it('describes what the service answers', async () => {
  const service = await startTestService();
  const response = await service.app.fetch(new Request('http://cal.test/v2/openapi.json'));
  expect(response.status).toBe(200);
  const { openapi, paths }: Document = JSON.parse(await response.text());
  expect(openapi).toBe('3.1.0');
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);

  const book = paths['/v2/bookings']?.post;
  expect(book?.security).toContainEqual({});
  expect(book?.requestBody?.required).toBe(true);
  expect(Object.keys(book?.responses ?? {})).toEqual(['201', 'default']);
  expect(book?.parameters).toEqual([
    {
      name: 'cal-api-version',
      in: 'header',
      required: true,
      schema: { type: 'string', enum: ['2024-08-13', '2026-02-25'], default: '2024-08-13' },
    },
  ]);
  expect(paths['/v2/bookings/{bookingUid}/cancel']?.post?.requestBody?.required).toBe(false);

  const slots = paths['/v2/slots']?.get?.parameters.map((parameter) => `${parameter.name}${parameter.required ? '*' : ''}`);
  expect(slots).toEqual(expect.arrayContaining(['start*', 'end*', 'eventTypeId', 'username', 'explain']));
  expect(paths['/v2/slots/available']?.get?.deprecated).toBe(true);
  expect(paths['/v2/schedules']?.get?.deprecated).toBeUndefined();
  await service.close();
});
