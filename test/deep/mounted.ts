import { readdirSync } from 'node:fs';
import type { TestService } from '../../src/server/service.fixture.ts';
import type { Endpoint } from '../../src/wire/endpoint.ts';

const DIRECTORY = new URL('../../src/wire/calcom/', import.meta.url);

/** Every endpoint that the wire describes and the service answers. */
export async function mountedEndpoints({ app }: TestService): Promise<readonly Endpoint[]> {
  const routes = new Set(app.routes.map(({ method, path }) => `${method} ${path}`));
  const files = readdirSync(DIRECTORY).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
  const modules = await Promise.all(files.map((name): Promise<Readonly<Record<string, unknown>>> => import(new URL(name, DIRECTORY).href)));
  const found = modules.flatMap((module) => Object.values(module).filter(isEndpoint));
  return [...new Set(found)].filter(({ method, path }) => routes.has(`${method} ${path}`));
}

function isEndpoint(value: unknown): value is Endpoint {
  return (
    typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'response' in value && 'isRepeatable' in value
  );
}
