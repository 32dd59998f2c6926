/** Plans that once broke a guarantee in a correct configuration because of a bug that is fixed now. */
import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { readCase } from './corpus-case.ts';
import { replayCase } from './replay-case.ts';

const FOLDER = new URL('./fixed/', import.meta.url);
const ADVICE =
  'kafka-crucible corpus properties/corpus/fixed shows details, and --repair repairs stale and bare cases';

test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.json')))(
  '%s passes, and still does what it did',
  (name) => {
    const saved = readCase(readFileSync(new URL(name, FOLDER), 'utf8'), name);
    if ('bare' in saved) throw new Error(`${name} has no fingerprint: ${ADVICE}`);
    expect(saved.plan.defects).toEqual([]);
    expect(saved.expected).toBe('holds');
    expect(replayCase(saved), ADVICE).toEqual({ outcome: 'as expected', notes: [] });
  },
);
