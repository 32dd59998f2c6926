/** What a probe that a trace records says of the run, in words. */
import { Errors } from '../../impl/kafka/errors.ts';
import { type ProbeName, PROBES } from '../../impl/simulated/catalogue/probes.ts';
import type { TraceEntry } from '../../impl/trace/trace.ts';
import { shortened } from '../text/visible-text.ts';

export type ProbeEntry = Extract<TraceEntry, { kind: 'probe' }>;

const MAX_DETAIL = 120;

/** `a` and `b` are the two numbers of the probe; what they are depends on it. */
type Sentence = (node: string, a: string, b: string) => string;

/** Where the numbers say more than the catalogue does. */
const SENTENCES: ReadonlyMap<string, Sentence> = new Map(
  Object.entries({
    'broker-registered': (node, broker) =>
      `${node} registers broker-${broker}, fenced until it has caught up`,
    'broker-fenced': (node, broker) =>
      `${node} fences broker-${broker}: it may lead nothing and be in sync nowhere`,
    'broker-unfenced': (node, broker) =>
      `${node} unfences broker-${broker}, which has caught up with the metadata`,
    'broker-session-expired': (node, broker) =>
      `the session of broker-${broker} runs out: ${node} has had no heartbeat for broker.session.timeout.ms`,
    'duplicate-registration-refused': (node, broker) =>
      `${node} refuses to register broker-${broker} again while its last session is valid`,
    'unclean-shutdown-detected': (node, broker) =>
      `${node} finds that broker-${broker} did not shut down cleanly: it may have lost what it had not flushed`,
    'elr-leader-elected': (node, broker) =>
      `${node} elects broker-${broker} from the eligible leader replicas, because no replica is in sync`,
    'last-known-leader-elected': (node, broker) =>
      `${node} elects broker-${broker}, the last known leader, because no other replica is left`,
    'alter-partition-refused': (node, _, error) =>
      `${node} refuses to change the in-sync replicas as a leader proposes: ${errorNamed(error)}`,
    'diverging-epoch-returned': (node, epoch, offset) => {
      const end = epoch.startsWith('-')
        ? `a later epoch begins at offset ${offset}`
        : `epoch ${epoch} ends at offset ${offset}`;
      return `${node} returns to a replica the end of the epoch that their logs may share: ${end}`;
    },
    'stale-fetch-fenced': (node, replica, epoch) =>
      `${node} refuses ${replica.startsWith('-') ? 'a consumer' : `broker-${replica}`} that still names epoch ${epoch}`,
    'isr-expansion-proposed': (node, broker) =>
      `${node} asks the controller to let broker-${broker}, which has caught up, into the in-sync replicas`,
    'isr-shrink-proposed': (node, staying) =>
      `${node} asks the controller to take out of the in-sync replicas who has lagged for replica.lag.time.max.ms (${staying} would stay)`,
    'isr-expansion-waits-for-epoch-start': (node, broker) =>
      `${node} waits with broker-${broker} until it has the start of the leader epoch too`,
    'not-enough-replicas': (node, _, inSync) =>
      `${node} refuses a write with acks=all: ${inSync} in sync are fewer than min.insync.replicas`,
    'produce-lost-leader': (node, waiting) =>
      `${node} is no longer leader and says so to the producer (${counted(waiting, 'write')} waiting)`,
    'controlled-shutdown': (node) => `${node} flushes its logs, notes that it leaves cleanly, and stops`,
    'consumer-truncation-detected': (node, _, position) =>
      `${node} finds that the log was truncated below its position, offset ${position}`,
    'read-replica-preferred': (node, broker) =>
      `${node} sends a consumer to broker-${broker}, which is in the consumer's rack`,
    'follower-read': (node, _, offset) =>
      `${node}, a follower, gives a consumer records from offset ${offset} on`,
    'quorum-leader-elected': (node, _, epoch) => `${node} is elected leader of the quorum in epoch ${epoch}`,
    'quorum-leader-resigned': (node, _, epoch) => `${node} resigns as leader of the quorum in epoch ${epoch}`,
    'quorum-vote-granted': (node, candidate, epoch) =>
      `${node} gives controller-${candidate} its vote in epoch ${epoch}`,
    'quorum-vote-rejected': (node, candidate, epoch) =>
      `${node} refuses controller-${candidate} its vote in epoch ${epoch}`,
    'quorum-log-truncated': (node, to, dropped) =>
      `${node} truncates its metadata log to offset ${to} and drops ${counted(dropped, 'record')}, never committed`,
    'quorum-high-watermark-moved': (node, to, epoch) =>
      `${node} (leader of the quorum, epoch ${epoch}) commits the metadata below offset ${to}`,
    'duplicate-batch-found': (node, producer, offset) =>
      `${node} recognises a batch of producer ${producer}, which it has at offset ${offset} already, and appends nothing`,
    'producer-fenced': (node) =>
      `${node} fences a producer: another one has come with its transactional id, while its transaction is open`,
    'transaction-timed-out': (node) =>
      `${node} finds a transaction that has been open for longer than transaction.timeout.ms`,
    'controller-activated': (node, epoch) => `${node} becomes the active controller in epoch ${epoch}`,
    'controller-deposed': (node) => `${node} is the active controller no more`,
  } satisfies Partial<Record<ProbeName, Sentence>>),
);

const MEANINGS: ReadonlyMap<string, string> = new Map(Object.entries(PROBES));

export function probeSentence({ node, probe, detail }: ProbeEntry): string {
  const [a = '', b = ''] = shortened(detail, MAX_DETAIL).split(', ');
  const sentence = SENTENCES.get(probe);
  if (sentence !== undefined) return sentence(node, a, b);
  const meaning = MEANINGS.get(probe);
  if (meaning !== undefined) return `${node}: ${meaning}`;
  return `${node} reaches ${probe}${detail === '' ? '' : `: ${shortened(detail, MAX_DETAIL)}`}`;
}

function errorNamed(code: string): string {
  return Object.entries(Errors).find(([, value]) => String(value) === code)?.[0] ?? `error ${code}`;
}

function counted(number: string, noun: string): string {
  return `${number} ${noun}${number === '1' ? '' : 's'}`;
}
