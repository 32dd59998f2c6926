import { describe, expect, test } from 'vitest';

import { Errors } from '../../impl/kafka/errors.ts';
import { probeSentence } from './probe-sentence.ts';

function told(node: string, probe: string, detail: string): string {
  return probeSentence({ kind: 'probe', seq: 0, timeUs: 0, cause: null, node, probe, detail });
}

describe('the control plane', () => {
  test('loses sight of a broker', () => {
    expect(told('controller-1', 'broker-session-expired', '2, 17')).toBe(
      'the session of broker-2 runs out: controller-1 has had no heartbeat for broker.session.timeout.ms',
    );
    expect(told('controller-1', 'broker-fenced', '2, 17')).toContain('controller-1 fences broker-2');
  });

  test('changes hands', () => {
    expect(told('controller-3', 'controller-activated', '2, 40')).toBe(
      'controller-3 becomes the active controller in epoch 2',
    );
  });

  test('forgets what was never committed', () => {
    expect(told('controller-1', 'quorum-log-truncated', '7, 1')).toContain(
      'to offset 7 and drops 1 record, never committed',
    );
  });
});

test('an error is named, and one that nobody knows is numbered', () => {
  const refused = (code: number): string => told('controller-1', 'alter-partition-refused', `3, ${code}`);
  expect(refused(Errors.INELIGIBLE_REPLICA)).toContain('INELIGIBLE_REPLICA');
  expect(refused(9_999)).toContain('error 9999');
});

test('how far two logs agree is told with the epoch, where the leader knows it', () => {
  expect(told('broker-2', 'diverging-epoch-returned', '0, 2')).toContain('epoch 0 ends at offset 2');
  expect(told('broker-2', 'diverging-epoch-returned', '-1, 2')).toContain('a later epoch begins at offset 2');
});

test('a batch that is there already is told with its producer and its place', () => {
  expect(told('broker-2', 'duplicate-batch-found', '1000, 3')).toBe(
    'broker-2 recognises a batch of producer 1000, which it has at offset 3 already, and appends nothing',
  );
});

test('a probe without a sentence of its own says what the catalogue says', () => {
  expect(told('producer-1', 'producer-retried', '0, 1')).toBe('producer-1: a producer sent a batch again');
});

test('a probe of another trace is named', () => {
  expect(told('broker-1', 'unheard-of', 'orders-0')).toBe('broker-1 reaches unheard-of: orders-0');
});
