import { describe, expect, test } from 'vitest';

import { LEGAL_BEHAVIOURS, type LegalBehaviour, tryLegalBehaviour } from './false-alarm-suite.ts';

/** At least this many runs, and more until one shows the behaviour: silence would prove nothing otherwise. */
const MIN_RUNS = 12;
const MAX_RUNS = 600;

function untilItAppears(behaviour: LegalBehaviour) {
  let appeared = 0;
  for (let run = 0; run < MAX_RUNS && (run < MIN_RUNS || appeared === 0); run++) {
    const tried = tryLegalBehaviour(behaviour, 'legal', 1, run);
    if (tried.firstAlarm !== null) return { appeared, alarm: tried.firstAlarm };
    appeared += tried.appearedBroken;
  }
  return { appeared, alarm: null };
}

describe('legal behaviour that looks like a bug', () => {
  test.each(LEGAL_BEHAVIOURS)('$slug appears in a run, and raises no alarm', (behaviour) => {
    const { appeared, alarm } = untilItAppears(behaviour);
    expect(alarm).toBeNull();
    expect(appeared).toBeGreaterThan(0);
  });

  test('a real bug beside legal behaviour is still reported', () => {
    const acks1 = LEGAL_BEHAVIOURS.find(({ slug }) => slug === 'acks_one')!;
    const broken = { ...acks1, options: { ...acks1.options, defects: ['truncate_to_hw_divergence'] } };
    expect(tryLegalBehaviour(broken, 'legal', 20).alarms).toBeGreaterThan(0);
  });
});
