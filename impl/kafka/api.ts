/** Kafka's API keys and names. */
export const Api = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  OffsetCommit: 8,
  OffsetFetch: 9,
  FindCoordinator: 10,
  CreateTopics: 19,
  DeleteTopics: 20,
  DeleteRecords: 21,
  InitProducerId: 22,
  OffsetsForLeaderEpoch: 23,
  AddPartitionsToTxn: 24,
  AddOffsetsToTxn: 25,
  EndTxn: 26,
  WriteTxnMarkers: 27,
  TxnOffsetCommit: 28,
  ElectLeaders: 43,
  AlterPartitionReassignments: 45,
  Vote: 52,
  BeginQuorumEpoch: 53,
  EndQuorumEpoch: 54,
  AlterPartition: 56,
  FetchSnapshot: 59,
  BrokerRegistration: 62,
  BrokerHeartbeat: 63,
  AllocateProducerIds: 67,
  AssignReplicasToDirs: 73,
  /** A broker fetches the metadata log. In Kafka this is a Fetch of __cluster_metadata; faults address it, so it has its own name. */
  FetchMetadata: 1000,
  /** A voter replicates the metadata log. In Kafka this is also a Fetch of __cluster_metadata. */
  FetchQuorum: 1001,
} as const;
export type Api = (typeof Api)[keyof typeof Api];

const names = new Map<number, string>(Object.entries(Api).map(([name, key]) => [key, name]));

export const API_NAMES: readonly string[] = Object.keys(Api);

export function apiName(api: number): string {
  return names.get(api) ?? String(api);
}

export function apiByName(name: string): Api | undefined {
  for (const [candidate, key] of Object.entries(Api)) if (candidate === name) return key;
  return undefined;
}
