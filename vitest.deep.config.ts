import { defineConfig } from 'vitest/config';

/** What takes minutes: `npm run test:deep`. */
export default defineConfig({
  test: {
    include: ['src/**/*.deep.test.ts', 'test/**/*.deep.test.ts'],
    pool: 'forks',
    testTimeout: 900_000,
    hookTimeout: 300_000,
    env: { TZ: 'UTC' },
  },
});
