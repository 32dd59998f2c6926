import { expect, test } from 'vitest';

import { digestOfProbe } from '../../impl/simulated/observe/novelty/digests.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { Probe, PROBE_NAMES } from '../../impl/simulated/catalogue/probes.ts';
import { generatePlan } from '../arbitraries/generate.ts';

test('a run tells which probes it has hit, and when it did first', () => {
  const { reached, probes, trace } = simulate(generatePlan('probes', 3), { coverage: true, trace: true });
  if (reached === undefined || trace === undefined) throw new Error('it was asked for both');
  const at = new Map(Array.from(reached.digests, (digest, index) => [digest, reached.digestsAtUs[index]]));
  for (const name of PROBE_NAMES) expect(at.has(digestOfProbe(Probe[name]))).toBe((probes[name] ?? 0) > 0);
  const hits = trace.entries.flatMap((entry) =>
    entry.kind === 'probe' && entry.timeUs >= trace.workloadStartUs ? [entry] : [],
  );
  const before = new Set(
    trace.entries.flatMap((entry) =>
      entry.kind === 'probe' && entry.timeUs < trace.workloadStartUs ? [entry.probe] : [],
    ),
  );
  const first = hits.find(({ probe }) => !before.has(probe));
  const name = PROBE_NAMES.find((candidate) => candidate === first?.probe);
  if (first === undefined || name === undefined) throw new Error('the workload hits probes');
  expect(at.get(digestOfProbe(Probe[name]))).toBe(first.timeUs - trace.workloadStartUs);
});
