import { expect, test } from 'vitest';

import { Probe } from '../../catalogue/probes.ts';
import { Digests, digestOfProbe } from './digests.ts';

test('a state and a probe count once in a run, when they are first reached', () => {
  const digests = new Digests();
  digests.add(7, 50);
  digests.workloadBegins(100);
  digests.addProbe(Probe['isr-shrunk'], 130);
  digests.addProbe(Probe['isr-shrunk'], 140);
  digests.add(8, 150);
  const { digests: reached, digestsAtUs } = digests.reached;
  expect([...reached]).toEqual([7, digestOfProbe(Probe['isr-shrunk']), 8]);
  expect([...digestsAtUs]).toEqual([0, 30, 50]);
});
