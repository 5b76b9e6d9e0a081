import { defineConfig } from 'vitest/config';

/** Workers and child processes run compiled code: `npm run build` comes before the tests (scripts/test.mjs does it). */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'data/**'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
