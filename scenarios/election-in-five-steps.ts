import {
  brokenPromises,
  compare,
  decided,
  decidedAtMs,
  endedAtMs,
  endOf,
  finalLog,
  goneAtMs,
  inSync,
  leaders,
  leadsFromMs,
} from './account.ts';
import { scenario } from './scenario.ts';
import { send, shutDown } from './story.ts';

const TOLD_AT_MS = 3_000;

export const electionInFiveSteps = scenario({
  name: 'election-in-five-steps',
  theme: 'Elections',
  title: 'A broker that is shut down hands its leadership over, in five steps, before it goes',
  teaches:
    'One: told to stop, broker 1 says so in a heartbeat, with wantShutDown. Two: the controller writes new leaders for all that broker 1 leads, from the ISR without it, each in a new leader epoch; that is one change of the metadata. Three: when it is committed every broker reads it: broker 2 begins to lead, broker 3 follows it, broker 1 follows too and refuses what clients still send. Four: the producer is told NOT_LEADER_OR_FOLLOWER, asks for metadata and sends again to broker 2. Five: when broker 1 leads nothing and all others have read that far, the controller fences it and lets it go. Nobody waits for a session to run out; a follower that asks the new leader a moment too early waits for replica.fetch.backoff.ms, a second.',
  outcome:
    'v2, sent in the middle of it, is acknowledged by broker 2 within one and a half seconds, and broker 1 stops when all others know.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2 },
    expect: ['no-loss'],
    steps: [send(1, 2_500), shutDown('broker-1', TOLD_AT_MS), send(2, TOLD_AT_MS), send(3, 12_000)],
  },
  judge: (result) => {
    const leadsAtMs = leadsFromMs(result, 2);
    const fencedAtMs = decidedAtMs(result, 'broker-fenced', 1);
    const stoppedAtMs = goneAtMs(result, 1);
    return [
      ...compare('the leaders', leaders(result), [1, 2]),
      ...compare('the replicas in sync', inSync(result), ['1,2,3', '2,3']),
      ...compare('sessions that ran out', decided(result, 'broker-session-expired'), []),
      ...compare('broker 2 leads at once', leadsAtMs < TOLD_AT_MS + 100, true),
      ...compare('broker 1 is fenced after that', leadsAtMs < fencedAtMs, true),
      ...compare('and goes last', fencedAtMs < stoppedAtMs && stoppedAtMs < TOLD_AT_MS + 5_000, true),
      ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
      ...compare('it is acknowledged soon', endedAtMs(result, 2) < TOLD_AT_MS + 1_500, true),
      ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
      ...compare('broken promises', brokenPromises(result), []),
    ];
  },
});
