import type { AlterPartitionItem } from '../protocol/controller-messages.ts';
import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { MetadataSnapshot } from '../protocol/metadata-snapshot.ts';
import { eventsOf } from './fan-out.ts';

/** The events between the active controller and the brokers that follow it. Each is emitted at the moment of the change. */
export interface MetadataObserver {
  /** A broker has applied records of the metadata log that begin at `baseOffset`. */
  metadataApplied(broker: number, baseOffset: number, records: readonly MetadataRecord[]): void;
  /** A broker has loaded a snapshot in place of records that it missed. */
  snapshotLoaded(broker: number, snapshot: MetadataSnapshot): void;
  /** The active controller has read a heartbeat of a broker, at that time on its monotonic clock. */
  brokerHeard(controller: string, broker: number, nowMs: number): void;
  /** The active controller fences a broker because its session has run out. */
  sessionExpired(controller: string, broker: number, nowMs: number, timeoutMs: number): void;
  /** The controller refused a leader's proposal as out of date: the leader now waits for newer metadata. */
  proposalOutOfDate(broker: number, item: AlterPartitionItem): void;
}

/** Implements the events that it needs; the others do not reach it. */
export type MetadataListener = Partial<MetadataObserver>;

/** Returns an observer that passes every event to the listeners that implement it, in their order. */
export function notifyMetadata(listeners: readonly MetadataListener[]): MetadataObserver {
  const event = eventsOf(listeners);
  return {
    metadataApplied: event((listener) => listener.metadataApplied),
    snapshotLoaded: event((listener) => listener.snapshotLoaded),
    brokerHeard: event((listener) => listener.brokerHeard),
    sessionExpired: event((listener) => listener.sessionExpired),
    proposalOutOfDate: event((listener) => listener.proposalOutOfDate),
  };
}
