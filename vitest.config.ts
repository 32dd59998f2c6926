import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They take longest, and would be waited for if they began last: vitest goes by the sizes of files. */
const LONGEST = [
  'html.browser',
  'main',
  'sources',
  'any-configuration',
  'replicated-kafka',
  'kill-and-resume',
  'broken-kafka',
  'night',
  'interrupted-group',
].map((name) => `/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'crucible-out/**'],
    // One process for many files: the suites share no state, and starting a process for each costs more
    // than most of them take.
    pool: 'forks',
    globalSetup: './cli/testing/packaged.ts',
    // Several tests wait for processes of their own, so one worker more than there are cores keeps the cores busy.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // A guard against tests that hang, not a measure of speed: no test may fail on a slow machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['default', '.ci/tally-reporter.ts'],
  },
});
