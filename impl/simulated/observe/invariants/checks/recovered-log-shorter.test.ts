import { describe, expect, test } from 'vitest';

import { commit, forget, restart, watchedReplicas } from '../testing/watched-replicas.ts';

describe('recovered-log-shorter', () => {
  /** Broker 2 restarts without the last of its records. */
  function back(lossy: boolean): readonly string[] {
    const watched = watchedReplicas();
    commit(watched.replicas, 'a');
    watched.replicas.elect(3, [1, 2, 3], { isr: [1, 3] });
    forget(watched, 2, 0);
    restart(watched, 2, 0, lossy);
    return watched.anomalies();
  }

  test('is reported when a log is shorter after the mere death of its process', () => {
    expect(back(false)).toEqual(['recovered-log-shorter']);
  });

  test('is not reported after a loss of power or of the disk', () => {
    expect(back(true)).toEqual([]);
  });
});
