import { brokenPromises, compare, decided, endedAtMs, endOf, finalLog, inSync } from './account.ts';
import { scenario } from './scenario.ts';
import { send, shutDown, type Step } from './story.ts';

const DOWN_FOR_MS = 3_000;
const RESTARTS: readonly Step[] = [
  shutDown('broker-1', 5_000, DOWN_FOR_MS),
  shutDown('controller-1', 7_000, DOWN_FOR_MS),
  shutDown('broker-2', 15_000, DOWN_FOR_MS),
  shutDown('controller-2', 17_000, DOWN_FOR_MS),
  shutDown('broker-3', 25_000, DOWN_FOR_MS),
  shutDown('controller-3', 27_000, DOWN_FOR_MS),
];
/** Just when somebody is told to stop, and in between. */
const SENDS_AT_MS = [3_000, 5_000, 7_000, 12_000, 15_000, 17_000, 22_000, 25_000, 27_000, 33_000];
const MAX_WAIT_MS = 1_500;

export const rollingRestart = scenario({
  name: 'rolling-restart',
  theme: 'Elections',
  title: 'Every broker and every controller is restarted in turn, and no client notices more than elections',
  teaches:
    'Upgrades and changes of the configuration are rolled over a cluster one process at a time. A controlled shutdown moves the leaderships before a broker goes, and with replication factor 3 and min.insync.replicas=2 one replica may be away. What has to be watched is that the next one is not stopped before the last one is in sync again. A controller that leads tells the others that it leaves, so that they need not wait for a timeout.',
  outcome:
    'Every send is acknowledged within one and a half seconds, no session runs out, and everything is in sync in the end.',
  story: {
    brokers: 3,
    controllers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2 },
    expect: ['no-loss'],
    steps: [...RESTARTS, ...SENDS_AT_MS.map((atMs, index) => send(index + 1, atMs))],
  },
  judge: (result) => {
    const values = SENDS_AT_MS.map((_, index) => `v${index + 1}`);
    const failed = values.filter((_, index) => !endOf(result, index + 1).startsWith('ok'));
    const slow = values.filter(
      (_, index) => endedAtMs(result, index + 1) > (SENDS_AT_MS[index] ?? 0) + MAX_WAIT_MS,
    );
    return [
      ...compare('sends that failed', failed, []),
      ...compare('sends that were slow', slow, []),
      ...compare('sessions that ran out', decided(result, 'broker-session-expired'), []),
      ...compare('brokers that went cleanly', decided(result, 'controlled-shutdown').length, 3),
      ...compare('who came back', decided(result, 'broker-registered'), [1, 2, 3]),
      ...compare('nobody leaves before all are in sync', inSync(result), [
        '1,2,3',
        '2,3',
        '1,2,3',
        '1,3',
        '1,2,3',
        '1,2',
        '1,2,3',
      ]),
      ...compare('the final log', finalLog(result), values),
      ...compare('broken promises', brokenPromises(result), []),
    ];
  },
});
