/**
 * The probes that a trace tells: what the control plane and the replicas decide and no other entry shows. Each
 * with what its two numbers mean, in short.
 */
import { type ErrorCode, errorName } from '../protocol/errors.ts';
import { PROBE_NAMES, type ProbeName } from './probes.ts';

/** Undefined: this time it is not worth telling. */
type Detail = (a: number, b: number) => string | undefined;

const broker: Detail = (id) => `broker-${id}`;
const epoch: Detail = (_, number) => `epoch ${number}`;

export const TRACED_PROBES: Readonly<Partial<Record<ProbeName, Detail>>> = {
  'broker-registered': broker,
  'broker-fenced': broker,
  'broker-unfenced': broker,
  'broker-session-expired': broker,
  'duplicate-registration-refused': broker,
  'unclean-shutdown-detected': broker,
  'elr-leader-elected': broker,
  'last-known-leader-elected': broker,
  // The code of an error of the protocol is what the controller answered.
  'alter-partition-refused': (_, code) => errorName(code as ErrorCode),
  'diverging-epoch-returned': (divergingEpoch, endOffset) =>
    divergingEpoch < 0 ? `offset ${endOffset}` : `epoch ${divergingEpoch} ends at offset ${endOffset}`,
  // Every follower that still waits for the old leader is refused at each change; consumers are another matter.
  'stale-fetch-fenced': (replica, number) => (replica < 0 ? `epoch ${number}` : undefined),
  'isr-expansion-proposed': broker,
  'isr-shrink-proposed': (staying) => `${staying}`,
  'isr-expansion-waits-for-epoch-start': broker,
  'not-enough-replicas': (_, inSync) => `${inSync}`,
  'produce-lost-leader': (waiting) => `${waiting}`,
  'controlled-shutdown': () => '',
  'consumer-truncation-detected': (_, offset) => `offset ${offset}`,
  'read-replica-preferred': broker,
  'follower-read': (_, offset) => `offset ${offset}`,
  'quorum-leader-elected': epoch,
  'quorum-leader-resigned': epoch,
  'quorum-log-truncated': (_, dropped) => `${dropped}`,
  'controller-activated': (number) => `epoch ${number}`,
  'controller-deposed': () => '',
};

/** By the number of the probe; undefined: not traced. */
export const TRACED_PROBE_BY_NUMBER: readonly (Detail | undefined)[] = PROBE_NAMES.map(
  (name) => TRACED_PROBES[name],
);
