import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Those are `npm run test:deep`.
    exclude: [...configDefaults.exclude, '**/*.deep.test.ts'],
    pool: 'forks',
    // Of two processors one would stay idle: many tests wait for processes of their own.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { TZ: 'UTC' },
  },
});
