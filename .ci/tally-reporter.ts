/** Prints the last line of a test run: `N passed, N failed`. */
import type { Reporter, TestModule } from 'vitest/node';

export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    let skipped = 0;
    for (const module of modules) {
      let found = 0;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
        found += 1;
      }
      // A file that could not even be loaded has no tests in it to fail.
      if (!module.ok() && (found === 0 || module.errors().length > 0)) failed += 1;
    }
    const beside = skipped > 0 ? `(${skipped} skipped)\n` : '';
    // After the reporters before it, which write to the same stream.
    process.once('exit', () => process.stdout.write(`${beside}${passed} passed, ${failed} failed\n`));
  }
}
