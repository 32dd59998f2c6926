import { describe, expect, test } from 'vitest';

import { kafkaRules } from '../../rules/rules.ts';
import { metadataLogStartPastSnapshot } from '../../defects/metadata-log-deleted-past-snapshot.ts';
import { ScriptedQuorum } from './testing/scripted-quorum.ts';

const FETCH_TIMEOUT_MS = 2000;

test('the only voter is active at once', () => {
  const quorum = new ScriptedQuorum(1);
  expect(quorum.active).toEqual([1]);
});

test('three controllers elect one of them within two election timeouts, and it stays', () => {
  const quorum = new ScriptedQuorum(3);
  quorum.wait(2100);
  expect(quorum.active).toHaveLength(1);
  quorum.wait(30_000);
  expect(quorum.hits('quorum-leader-elected')).toBe(1);
});

describe('a decision', () => {
  test('is answered when a majority holds it', () => {
    const quorum = new ScriptedQuorum(3);
    const leader = quorum.elected();
    const answers = quorum.register(leader);
    quorum.wait(10);
    expect(answers).toEqual(['NONE']);
    expect(quorum.registered(leader)).toEqual([1]);
  });

  test('is answered by a majority of three with one of them gone', () => {
    const quorum = new ScriptedQuorum(3);
    const leader = quorum.elected();
    quorum.crash((leader % 3) + 1);
    const answers = quorum.register(leader);
    quorum.wait(600);
    expect(answers).toEqual(['NONE']);
  });

  test('of a leader that is cut off is never answered with success, and is truncated', () => {
    const quorum = new ScriptedQuorum(3);
    const old = quorum.elected();
    quorum.cut([old]);
    const answers = quorum.register(old);
    quorum.wait(100);
    expect([answers, quorum.registered(old)]).toEqual([[], [1]]);
    const next = quorum.elected(old);
    quorum.until(() => answers.length > 0);
    expect(answers).toEqual(['NOT_CONTROLLER']);
    quorum.cut([old], false);
    quorum.wait(10_000);
    expect([quorum.active, quorum.registered(next)]).toEqual([[next], []]);
    expect(quorum.hits('quorum-log-truncated')).toBe(1);
    expect(quorum.violations).toEqual([]);
  });

  test('is refused by a controller that is not active', () => {
    const quorum = new ScriptedQuorum(3);
    const leader = quorum.elected();
    const answers = quorum.register((leader % 3) + 1);
    quorum.wait(10);
    expect(answers).toEqual(['NOT_CONTROLLER']);
  });
});

describe('a failover', () => {
  test('loses no answered decision', () => {
    const quorum = new ScriptedQuorum(3);
    const old = quorum.elected();
    quorum.register(old);
    quorum.wait(50);
    quorum.crash(old);
    const next = quorum.elected();
    expect(quorum.registered(next)).toEqual([1]);
    quorum.start(old);
    quorum.wait(5_000);
    expect(quorum.active).toEqual([next]);
    expect(quorum.violations).toEqual([]);
  });

  test('loses no answered decision when all lose power one after the other', () => {
    const quorum = new ScriptedQuorum(3);
    quorum.register(quorum.elected());
    quorum.wait(50);
    for (const id of [1, 2, 3]) quorum.losePower(id);
    for (const id of [1, 2, 3]) quorum.start(id);
    expect(quorum.registered(quorum.elected())).toEqual([1]);
    expect(quorum.violations).toEqual([]);
  });

  test('is quick when the leader resigns', () => {
    const quorum = new ScriptedQuorum(3);
    const old = quorum.elected();
    quorum.wait(1000);
    const beganUs = quorum.world.nowUs;
    quorum.host(old).context?.process.shutdown(() => {});
    quorum.elected(old);
    expect((quorum.world.nowUs - beganUs) / 1000).toBeLessThan(FETCH_TIMEOUT_MS / 10);
  });
});

describe('check quorum (KAFKA-15489)', () => {
  test('a leader without fetches resigns after one and a half fetch timeouts', () => {
    const quorum = new ScriptedQuorum(3);
    const leader = quorum.elected();
    quorum.cut([leader]);
    quorum.wait(1.5 * FETCH_TIMEOUT_MS + 600);
    expect(quorum.active).not.toContain(leader);
    expect(quorum.hits('quorum-leader-resigned')).toBe(1);
  });

  test('without check quorum two controllers are active for as long as the partition lasts', () => {
    const quorum = new ScriptedQuorum(3, { rules: { hasLostQuorum: () => false } });
    const leader = quorum.elected();
    quorum.cut([leader]);
    quorum.wait(20_000);
    expect(quorum.active).toHaveLength(2);
    expect(quorum.violations).toMatchObject([{ anomaly: 'quorum-leader-without-majority' }]);
  });
});

describe('pre-votes (KIP-996)', () => {
  test('a controller that was cut off returns without a new election', () => {
    const quorum = new ScriptedQuorum(3);
    const leader = quorum.elected();
    const other = (leader % 3) + 1;
    quorum.cut([other]);
    quorum.wait(30_000);
    quorum.cut([other], false);
    quorum.wait(10_000);
    expect(quorum.active).toEqual([leader]);
    expect(quorum.hits('quorum-leader-elected')).toBe(1);
  });
});

describe('without the flush before the acknowledgement (KAFKA-10533)', () => {
  test('a power loss of a majority loses committed entries', () => {
    const quorum = new ScriptedQuorum(3, { rules: { flushesBeforeAcknowledging: () => false } });
    const leader = quorum.elected();
    for (let i = 0; i < 8; i++) quorum.register(leader);
    quorum.wait(50);
    for (const id of [1, 2, 3]) quorum.losePower(id);
    for (const id of [1, 2, 3]) quorum.start(id);
    quorum.elected();
    expect(quorum.violations).toMatchObject([{ anomaly: 'quorum-leader-completeness' }]);
  });
});

describe('a controller that must not truncate committed entries (KAFKA-12460)', () => {
  /** The others have lost power, and with it entries that all three had committed; then they rejoin the third. */
  function truncatedBelowHighWatermark(
    mayTruncateQuorumLog: (toOffset: number, highWatermark: number) => boolean,
  ): {
    quorum: ScriptedQuorum;
    third: number;
    held: number;
  } {
    const rules = { flushesBeforeAcknowledging: () => false, mayTruncateQuorumLog };
    const quorum = new ScriptedQuorum(3, { rules });
    const leader = quorum.elected();
    const [second, third] = [1, 2, 3].filter((id) => id !== leader);
    if (second === undefined || third === undefined) throw new Error('there are three');
    for (let i = 0; i < 8; i++) quorum.register(leader);
    quorum.wait(1000);
    const held = quorum.logEnd(third);
    quorum.cut([third]);
    for (const id of [leader, second]) quorum.losePower(id);
    for (const id of [leader, second]) quorum.start(id);
    quorum.elected();
    quorum.wait(1000);
    quorum.cut([third], false);
    quorum.wait(10_000);
    return { quorum, third, held };
  }

  test('halts, and keeps its log', () => {
    const { quorum, third, held } = truncatedBelowHighWatermark(kafkaRules.mayTruncateQuorumLog);
    expect(quorum.logEnd(third)).toBe(held);
    expect(quorum.hits('quorum-log-truncated')).toBe(0);
  });

  test('without that rule it truncates them silently', () => {
    const { quorum } = truncatedBelowHighWatermark(() => true);
    expect(quorum.hits('quorum-log-truncated')).toBe(1);
  });
});

describe('snapshots (KIP-630)', () => {
  /** A snapshot every five records; no entry that a snapshot includes is kept. */
  const often = {
    'metadata.log.max.record.bytes.between.snapshots': 500,
    'metadata.max.retention.bytes': 0,
  };

  test('a follower that lacks deleted entries loads the snapshot of the leader', () => {
    const quorum = new ScriptedQuorum(3, { configuration: often });
    const leader = quorum.elected();
    const other = (leader % 3) + 1;
    quorum.crash(other);
    for (let i = 0; i < 12; i++) quorum.register(leader);
    quorum.wait(100);
    quorum.start(other);
    quorum.wait(5_000);
    expect(quorum.hits('metadata-snapshot-loaded')).toBe(1);
    expect(quorum.logEnd(other)).toBe(quorum.logEnd(leader));
    quorum.crash(leader);
    expect(quorum.registered(quorum.elected())).toHaveLength(12);
    expect(quorum.violations).toEqual([]);
  });

  test('restarted controllers restore their state from their own snapshot and log', () => {
    const quorum = new ScriptedQuorum(3, { configuration: often });
    const leader = quorum.elected();
    for (let i = 0; i < 12; i++) quorum.register(leader);
    quorum.wait(100);
    for (const id of [1, 2, 3]) quorum.losePower(id);
    for (const id of [1, 2, 3]) quorum.start(id);
    expect(quorum.registered(quorum.elected())).toHaveLength(12);
    expect(quorum.hits('metadata-snapshot-loaded')).toBe(0);
    expect(quorum.violations).toEqual([]);
  });

  test('a controller whose log starts above the end of its snapshot halts (KAFKA-14238)', () => {
    const deleted = { metadataLogStart: metadataLogStartPastSnapshot };
    const quorum = new ScriptedQuorum(1, { configuration: often, rules: deleted });
    for (let i = 0; i < 12; i++) quorum.register(quorum.elected());
    quorum.wait(100);
    expect(quorum.violations).toMatchObject([{ anomaly: 'metadata-log-gap' }]);
    quorum.crash(1);
    quorum.start(1);
    quorum.wait(10_000);
    expect(quorum.active).toEqual([]);
  });
});
