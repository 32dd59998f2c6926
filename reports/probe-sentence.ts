/** What a probe that a trace records says of the run, in words. */
import type { ProbeName } from '../impl/simulated/world/probes.ts';
import type { TraceEntry } from '../impl/simulated/world/trace.ts';
import { shortened } from './visible-text.ts';

type ProbeEntry = Extract<TraceEntry, { kind: 'probe' }>;

const MAX_DETAIL = 120;

/** By the probe's name; `node` is where it was hit. */
const SENTENCES: ReadonlyMap<string, (node: string, detail: string) => string> = new Map(
  Object.entries({
    'broker-registered': (node, broker) => `${node} registers ${broker}, fenced until it has caught up`,
    'broker-fenced': (node, broker) => `${node} fences ${broker}: it may lead nothing and be in sync nowhere`,
    'broker-unfenced': (node, broker) => `${node} unfences ${broker}, which has caught up with the metadata`,
    'broker-session-expired': (node, broker) =>
      `the session of ${broker} runs out: ${node} has had no heartbeat for broker.session.timeout.ms`,
    'duplicate-registration-refused': (node, broker) =>
      `${node} refuses to register ${broker} again while its last session is valid`,
    'unclean-shutdown-detected': (node, broker) =>
      `${node} finds that ${broker} did not shut down cleanly: it may have lost what it had not flushed`,
    'elr-leader-elected': (node, broker) =>
      `${node} elects ${broker} from the eligible leader replicas, for nobody is in sync`,
    'last-known-leader-elected': (node, broker) =>
      `${node} elects ${broker}, the last known leader, for nobody else is left`,
    'alter-partition-refused': (node, error) =>
      `${node} refuses to change the in-sync replicas as a leader proposes: ${error}`,
    'diverging-epoch-returned': (node, end) =>
      `${node} tells a replica how far their logs may agree: here ${end.startsWith('epoch') ? end : `a later epoch begins at ${end}`}`,
    'stale-fetch-fenced': (node, epoch) => `${node} refuses a consumer that still names ${epoch}`,
    'isr-expansion-proposed': (node, broker) =>
      `${node} asks the controller to let ${broker}, which has caught up, into the in-sync replicas`,
    'isr-shrink-proposed': (node, staying) =>
      `${node} asks the controller to take out of the in-sync replicas who has lagged for replica.lag.time.max.ms (${staying} would stay)`,
    'isr-expansion-waits-for-epoch-start': (node, broker) =>
      `${node} waits with ${broker} until it has the start of the leader epoch too`,
    'not-enough-replicas': (node, inSync) =>
      `${node} refuses a write with acks=all: ${inSync} in sync are fewer than min.insync.replicas`,
    'produce-lost-leader': (node, waiting) =>
      `${node} leads no more and tells the producer so (${waiting} ${waiting === '1' ? 'write' : 'writes'} waiting)`,
    'controlled-shutdown': (node) => `${node} flushes its logs, notes that it leaves cleanly, and stops`,
    'consumer-truncation-detected': (node, position) =>
      `${node} finds that the log was truncated below its position, ${position}`,
    'read-replica-preferred': (node, broker) =>
      `${node} sends a consumer to ${broker}, which is in the consumer's rack`,
    'follower-read': (node, offset) => `${node}, a follower, gives a consumer records from ${offset} on`,
    'quorum-leader-elected': (node, epoch) => `${node} is elected leader of the quorum in ${epoch}`,
    'quorum-leader-resigned': (node, epoch) => `${node} resigns as leader of the quorum in ${epoch}`,
    'quorum-log-truncated': (node, dropped) =>
      `${node} drops ${dropped} ${dropped === '1' ? 'record' : 'records'} of metadata that ${dropped === '1' ? 'was' : 'were'} never committed`,
    'controller-activated': (node, epoch) => `${node} becomes the active controller in ${epoch}`,
    'controller-deposed': (node) => `${node} is the active controller no more`,
  } satisfies Partial<Record<ProbeName, (node: string, detail: string) => string>>),
);

export function probeSentence({ node, probe, detail }: ProbeEntry): string {
  const sentence = SENTENCES.get(probe);
  if (sentence !== undefined) return sentence(node, shortened(detail, MAX_DETAIL));
  return `${node} reaches ${probe}${detail === '' ? '' : `: ${shortened(detail, MAX_DETAIL)}`}`;
}
