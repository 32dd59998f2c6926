import { describe, expect, test } from 'vitest';

import type { Fault } from '../../plan/plan.ts';
import { simulate } from './simulate.ts';
import { FAULTS, planOf, SENDS } from './testing/example-plans.ts';

const HISTORY_OF: Readonly<Record<Fault['kind'], readonly string[]>> = {
  crash: ['crash', 'start'],
  'power-loss': ['power-loss', 'start'],
  'disk-loss': ['disk-loss', 'start'],
  'file-loss': ['file-loss', 'start'],
  'disk-error': ['disk-error', 'crash', 'start'],
  shutdown: ['shutdown', 'start'],
  pause: ['pause', 'resume'],
  partition: ['partition', 'heal'],
  message: ['message-lost', 'message-delayed'],
  'break-connections': ['connection-broken'],
  'slow-link': ['slow-link'],
  clock: ['clock'],
};

describe('each kind of fault alone leaves a correct cluster', () => {
  test.each(Object.entries(FAULTS))('%s', (name, fault) => {
    let happened = 0;
    for (let seed = 0; seed < 20; seed++) {
      const result = simulate(planOf(`${name} ${seed}`, { faults: [fault] }), { history: true });
      expect(result.violations, `seed "${name} ${seed}"`).toEqual([]);
      expect(result.verdict).toBe('passed');
      const { history = [] } = result;
      const observed = history.filter((event) => event.type === 'cluster').map(({ f }) => f);
      if (observed.some((f) => HISTORY_OF[fault.kind].includes(f))) happened++;
      const settled = history.filter(
        (event) => event.type !== 'cluster' && event.type !== 'invoke' && event.f === 'send',
      );
      expect(settled).toHaveLength(SENDS);
    }
    expect(happened).toBe(20);
  });

  test('the faults of this test have every kind that a plan can have', () => {
    expect(new Set(Object.values(FAULTS).map(({ kind }) => kind))).toEqual(new Set(Object.keys(HISTORY_OF)));
  });
});
