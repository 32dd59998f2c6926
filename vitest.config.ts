import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'crucible-out/**'],
    // One process for many files: the suites share no state, and starting a process for each costs more
    // than most of them take.
    pool: 'forks',
    // Left to itself vitest leaves a core free, which is half of a small machine.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './.ci/tally-reporter.ts'],
  },
});
