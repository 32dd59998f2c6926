import { describe, expect, test } from 'vitest';

import { LEGAL_VARIANTS, type LegalVariant, tryVariant } from './legal-variants.ts';

/** So many at least, and on until it has looked broken: that nobody cries would prove nothing else. */
const RUNS = 12;
const RUNS_AT_MOST = 600;

function untilItLooksBroken(variant: LegalVariant) {
  let looked = 0;
  for (let run = 0; run < RUNS_AT_MOST && (run < RUNS || looked === 0); run++) {
    const tried = tryVariant(variant, 'legal', 1, run);
    if (tried.firstAlarm !== null) return { looked, alarm: tried.firstAlarm };
    looked += tried.looked;
  }
  return { looked, alarm: null };
}

describe('what looks broken and is legal', () => {
  test.each(LEGAL_VARIANTS)('$slug looks broken, and nobody cries', (variant) => {
    const { looked, alarm } = untilItLooksBroken(variant);
    expect(alarm).toBeNull();
    expect(looked).toBeGreaterThan(0);
  });

  test('a bug in it is reported all the same', () => {
    const acks1 = LEGAL_VARIANTS.find(({ slug }) => slug === 'acks_one')!;
    const broken = { ...acks1, options: { ...acks1.options, defects: ['truncate_to_hw_divergence'] } };
    expect(tryVariant(broken, 'legal', 20).alarms).toBeGreaterThan(0);
  });
});
