import { describe, expect, test } from 'vitest';

import { ANOMALIES, GUARANTEE_IDS } from '../guarantee.ts';
import { contractTable } from './contract-table.ts';

describe('the table of contracts', () => {
  test.each(GUARANTEE_IDS)('names each anomaly of %s in exactly one row', (guarantee) => {
    const rows = contractTable().filter((row) => row.guarantee === guarantee);
    const listed = rows.flatMap(({ anomalies }) => anomalies);
    expect(listed.toSorted()).toEqual([...ANOMALIES[guarantee]].toSorted());
  });

  test('describes every clause in sentences', () => {
    for (const { promise, survives } of contractTable()) {
      expect(promise).toMatch(/^[A-Za-z_].*\.$/);
      expect(survives.length).toBeGreaterThan(0);
    }
  });

  test('lists the logs of Kafka that a clause relies on', () => {
    const offsets = contractTable().find(({ clause }) => clause === 'committed-offsets');
    const survives = offsets?.survives.join() ?? '';
    expect(survives).toContain('transaction.state.log.min.isr');
    expect(survives).toContain('offsets.topic.replication.factor');
  });
});
