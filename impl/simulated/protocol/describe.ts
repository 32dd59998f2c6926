import { Api } from '../../kafka/api.ts';
import { errorName, Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { CONSUMER_REPLICA_ID } from './messages.ts';
import { NO_PRODUCER_ID } from '../../kafka/records.ts';
import type { RequestBody, ResponseBody } from './messages.ts';
import type { SnapshotId } from './metadata-snapshot.ts';

/** Describes a message's contents in short. Every message in the simulated cluster carries a body of this protocol. */
export function describeBody(body: { readonly api: number }, request: boolean): string {
  return request ? describeRequest(body as RequestBody) : describeResponse(body as ResponseBody);
}

function describeRequest(body: RequestBody): string {
  switch (body.api) {
    case Api.Produce:
      return body.partitions
        .map((p) => {
          const values = p.records.map((record) => record.value).join(' ');
          const { producerId, producerEpoch, baseSequence } = p;
          if (producerId === NO_PRODUCER_ID) return `${p.partition} ${values}`;
          return `${p.partition} ${values} (producer ${producerId}, epoch ${producerEpoch}, sequence ${baseSequence})`;
        })
        .concat(`acks=${body.acks === -1 ? 'all' : body.acks}`)
        .join(', ');
    case Api.Fetch:
      return body.partitions
        .map((p) => {
          const last = body.replicaId === CONSUMER_REPLICA_ID ? '' : `, last epoch ${p.lastFetchedEpoch}`;
          return `${p.partition} from offset ${p.fetchOffset} in epoch ${p.currentLeaderEpoch}${last}`;
        })
        .join('; ');
    case Api.ListOffsets:
      return body.partitions
        .map((p) => `${p.partition} ${p.timestamp === -1 ? 'latest' : 'earliest'}`)
        .join(', ');
    case Api.OffsetsForLeaderEpoch:
      return body.partitions.map((p) => `${p.partition} end of epoch ${p.leaderEpoch}`).join(', ');
    case Api.Metadata:
      return 'all topics';
    case Api.InitProducerId:
      return body.transactionalId === null ? 'a producer id' : `a producer id for ${body.transactionalId}`;
    case Api.AllocateProducerIds:
      return `broker ${body.brokerId}, producer ids`;
    case Api.CreateTopics:
      return `${body.topic}, ${body.partitions} partitions, replication factor ${body.replicationFactor}`;
    case Api.DeleteTopics:
      return body.topic;
    case Api.DeleteRecords:
      return `${body.partition} below offset ${body.beforeOffset}`;
    case Api.ElectLeaders:
      return `${body.election} election for ${body.partition}`;
    case Api.AlterPartitionReassignments:
      return `${body.partition} replicas [${body.replicas.join(' ')}]`;
    case Api.AlterPartition:
      return body.partitions
        .map(
          (p) =>
            `${p.partition} ISR [${p.newIsr.map((member) => member.broker).join(' ')}] in epoch ${p.leaderEpoch}`,
        )
        .join('; ');
    case Api.AssignReplicasToDirs:
      return body.assignments.map((a) => `${a.partition} in directory ${a.directory}`).join(', ');
    case Api.BrokerRegistration:
      return `broker ${body.brokerId}, ${body.previousBrokerEpoch < 0 ? 'after an unclean shutdown' : 'after a clean shutdown'}`;
    case Api.BrokerHeartbeat:
      return `broker ${body.brokerId} at metadata offset ${body.currentMetadataOffset}${body.offlineLogDirs === undefined ? '' : `, without directories ${body.offlineLogDirs.join(', ')}`}${body.wantShutDown ? ', wants to shut down' : ''}`;
    case Api.FetchMetadata:
      return `from metadata offset ${body.fetchOffset}`;
    case Api.FetchQuorum:
      return `from metadata offset ${body.fetchOffset} in quorum epoch ${body.currentLeaderEpoch}, last epoch ${body.lastFetchedEpoch}`;
    case Api.FetchSnapshot:
      return `the metadata snapshot up to offset ${body.snapshotId.endOffset}, epoch ${body.snapshotId.epoch}`;
    case Api.Vote:
      return `${body.preVote ? 'pre-vote' : 'vote'} for controller ${body.candidateId} in epoch ${body.candidateEpoch}, log up to ${body.lastEpochEndOffset} in epoch ${body.lastEpoch}`;
    case Api.BeginQuorumEpoch:
      return `controller ${body.leaderId} leads in epoch ${body.leaderEpoch}`;
    case Api.EndQuorumEpoch:
      return `controller ${body.leaderId} leads no more in epoch ${body.leaderEpoch}`;
    case Api.FindCoordinator:
      return `of ${body.keyType === 'group' ? 'group' : 'transactional id'} ${body.key}`;
    case Api.AddPartitionsToTxn:
      return `${body.transactionalId}, ${producer(body)}: ${body.verifyOnly ? 'is it in the transaction? ' : ''}${body.partitions.join(' ')}`;
    case Api.AddOffsetsToTxn:
      return `${body.transactionalId}, ${producer(body)}: offsets of group ${body.group}`;
    case Api.EndTxn:
      return `${body.committed ? 'commit' : 'abort'} of ${body.transactionalId}, ${producer(body)}`;
    case Api.WriteTxnMarkers:
      return `${body.committed ? 'commit' : 'abort'} of ${producer(body)} to ${body.partitions.join(' ')}, coordinator epoch ${body.coordinatorEpoch}`;
    case Api.TxnOffsetCommit:
      return `group ${body.group} in the transaction of ${producer(body)}: ${offsets(body.offsets)}`;
    case Api.OffsetCommit:
      return `group ${body.group}: ${offsets(body.offsets)}`;
    case Api.OffsetFetch:
      return `group ${body.group}: ${body.partitions.join(' ')}`;
  }
}

function producer(who: { readonly producerId: number; readonly producerEpoch: number }): string {
  return `producer ${who.producerId} in epoch ${who.producerEpoch}`;
}

function offsets(all: readonly { readonly partition: string; readonly offset: number | null }[]): string {
  return all.map(({ partition, offset }) => `${partition} at ${offset ?? 'none'}`).join(', ');
}

function failed(code: ErrorCode): string {
  return code === Errors.NONE ? 'ok' : errorName(code);
}

function describeResponse(body: ResponseBody): string {
  switch (body.api) {
    case Api.Produce:
      return body.partitions
        .map(
          (p) =>
            `${p.partition} ${p.error === Errors.NONE ? `at offset ${p.baseOffset}` : errorName(p.error)}`,
        )
        .join(', ');
    case Api.Fetch:
      return body.partitions
        .map((p) => {
          if (p.error !== Errors.NONE) return `${p.partition} ${errorName(p.error)}`;
          if (p.divergingEpoch !== null) {
            return `${p.partition} diverges: epoch ${p.divergingEpoch.epoch} ends at ${p.divergingEpoch.endOffset}`;
          }
          if (p.preferredReadReplica !== undefined)
            return `${p.partition} is to be read from broker ${p.preferredReadReplica}`;
          const values = p.batches.flatMap((batch) => batch.records.map((record) => record.value));
          const shown = values.length > 6 ? [...values.slice(0, 5), `and ${values.length - 5} more`] : values;
          return `${p.partition} ${shown.length === 0 ? 'nothing new' : shown.join(' ')}, high watermark ${p.highWatermark}`;
        })
        .join('; ');
    case Api.ListOffsets:
      return body.partitions
        .map((p) => `${p.partition} ${p.error === Errors.NONE ? p.offset : errorName(p.error)}`)
        .join(', ');
    case Api.OffsetsForLeaderEpoch:
      return body.partitions
        .map(
          (p) =>
            `${p.partition} ${p.error === Errors.NONE ? `epoch ${p.leaderEpoch} ends at ${p.endOffset}` : errorName(p.error)}`,
        )
        .join(', ');
    case Api.Metadata:
      return body.partitions
        .map((p) => `${p.partition} led by ${p.leader} in epoch ${p.leaderEpoch}`)
        .join(', ');
    case Api.InitProducerId:
      if (body.error !== Errors.NONE) return errorName(body.error);
      return `producer ${body.producerId}, epoch ${body.producerEpoch}`;
    case Api.AllocateProducerIds:
      if (body.error !== Errors.NONE) return errorName(body.error);
      return `producers ${body.producerIdStart} to ${body.producerIdStart + body.producerIdLen - 1}`;
    case Api.CreateTopics:
    case Api.DeleteTopics:
    case Api.DeleteRecords:
    case Api.ElectLeaders:
    case Api.AlterPartitionReassignments:
    case Api.AssignReplicasToDirs:
      return failed(body.error);
    case Api.AlterPartition:
      if (body.error !== Errors.NONE) return errorName(body.error);
      return body.partitions
        .map((p) =>
          p.error === Errors.NONE
            ? `${p.partition} ISR [${p.isr.join(' ')}]`
            : `${p.partition} ${errorName(p.error)}`,
        )
        .join('; ');
    case Api.BrokerRegistration:
      return body.error === Errors.NONE ? `broker epoch ${body.brokerEpoch}` : errorName(body.error);
    case Api.BrokerHeartbeat:
      if (body.error !== Errors.NONE) return errorName(body.error);
      return `${body.isFenced ? 'fenced' : 'active'}${body.shouldShutDown ? ', may shut down' : ''}`;
    case Api.FetchMetadata:
      if (body.error !== Errors.NONE) return errorName(body.error);
      return body.snapshotId === null ? `${body.records.length} records` : beginsLater(body.snapshotId);
    case Api.FetchQuorum:
      if (body.error !== Errors.NONE) return errorName(body.error);
      if (body.divergingEpoch !== null) {
        return `diverges: epoch ${body.divergingEpoch.epoch} ends at ${body.divergingEpoch.endOffset}`;
      }
      if (body.snapshotId !== null) return beginsLater(body.snapshotId);
      return `${body.entries.length} records, high watermark ${body.highWatermark}`;
    case Api.FetchSnapshot:
      return body.snapshot === null ? errorName(body.error) : `${body.snapshot.records.length} records`;
    case Api.Vote:
      return body.error === Errors.NONE ? (body.voteGranted ? 'granted' : 'rejected') : errorName(body.error);
    case Api.BeginQuorumEpoch:
    case Api.EndQuorumEpoch:
    case Api.AddOffsetsToTxn:
    case Api.TxnOffsetCommit:
    case Api.OffsetCommit:
      return failed(body.error);
    case Api.FindCoordinator:
      return body.error === Errors.NONE ? `broker ${body.nodeId}` : errorName(body.error);
    case Api.EndTxn:
      if (body.error !== Errors.NONE || body.producerId < 0) return failed(body.error);
      return `ok, from now on ${producer(body)}`;
    case Api.AddPartitionsToTxn:
    case Api.WriteTxnMarkers:
      return body.partitions.map(({ partition, error }) => `${partition} ${failed(error)}`).join(', ');
    case Api.OffsetFetch:
      return body.error === Errors.NONE ? offsets(body.offsets) : errorName(body.error);
  }
}

function beginsLater({ endOffset }: SnapshotId): string {
  return `fetch the snapshot up to offset ${endOffset} first`;
}
