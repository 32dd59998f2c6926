/** Colours are classes, and never alone: an epoch has its number, an API its name and its dashes. */

const COLOURS = 6;

export function epochClass(leaderEpoch: number | null): string {
  return leaderEpoch === null || leaderEpoch < 0 ? 'epoch-none' : `epoch-${leaderEpoch % COLOURS}`;
}

/** Those that carry records, decide over replicas, or decide who decides; one class may have several. */
const KNOWN_APIS: readonly (readonly string[])[] = [
  ['Produce'],
  ['Fetch', 'FetchQuorum'],
  ['AlterPartition', 'AlterPartitionReassignments', 'ElectLeaders'],
  ['FetchMetadata', 'Metadata'],
  ['ListOffsets', 'OffsetsForLeaderEpoch', 'DeleteRecords'],
  ['Vote', 'BeginQuorumEpoch', 'EndQuorumEpoch', 'BrokerRegistration'],
  ['InitProducerId', 'AddPartitionsToTxn', 'AddOffsetsToTxn', 'TxnOffsetCommit', 'EndTxn', 'WriteTxnMarkers'],
];

/** The same for the same API on every page; the last one is for all others. */
export function apiClass(api: string): string {
  const known = KNOWN_APIS.findIndex((names) => names.includes(api));
  return `api-${known < 0 ? KNOWN_APIS.length : known}`;
}
