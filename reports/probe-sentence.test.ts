import { describe, expect, test } from 'vitest';

import { PROBE_NAMES } from '../impl/simulated/world/probes.ts';
import { TRACED_PROBES } from '../impl/simulated/world/traced-probes.ts';
import { probeSentence } from './probe-sentence.ts';

function told(node: string, probe: string, detail: string): string {
  return probeSentence({ kind: 'probe', seq: 0, timeUs: 0, cause: null, node, probe, detail });
}

describe('the control plane', () => {
  test('loses sight of a broker', () => {
    expect(told('controller-1', 'broker-session-expired', 'broker-2')).toBe(
      'the session of broker-2 runs out: controller-1 has had no heartbeat for broker.session.timeout.ms',
    );
    expect(told('controller-1', 'broker-fenced', 'broker-2')).toContain('controller-1 fences broker-2');
  });

  test('changes hands', () => {
    expect(told('controller-3', 'controller-activated', 'epoch 2')).toBe(
      'controller-3 becomes the active controller in epoch 2',
    );
  });

  test('forgets what was never committed', () => {
    expect(told('controller-1', 'quorum-log-truncated', '1')).toContain('drops 1 record of metadata');
  });
});

test('every probe that a trace records has a sentence', () => {
  const traced = PROBE_NAMES.filter((name) => TRACED_PROBES[name] !== undefined);
  for (const name of traced) expect(told('node-1', name, '1')).not.toContain('reaches');
});

test('a probe of another trace is named', () => {
  expect(told('broker-1', 'unheard-of', 'orders-0')).toBe('broker-1 reaches unheard-of: orders-0');
});
