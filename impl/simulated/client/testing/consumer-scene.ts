import type { StartPosition } from '../../../../model/history/history.ts';
import { Api } from '../../../kafka/api.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { FetchRequest, RequestBody, ResponseBody } from '../../protocol/messages.ts';
import type { PollOutcome } from '../consumer.ts';
import { Consumer } from '../consumer.ts';
import { ScriptedCluster } from './scripted-cluster.ts';

export const ORDERS_0 = { topic: 'orders', partition: 0 };

/** A consumer in a scripted cluster. */
export class Scene {
  readonly cluster: ScriptedCluster;
  readonly consumer: Consumer;

  constructor(leaders: readonly number[], configuration: Record<string, string | number>) {
    this.cluster = new ScriptedCluster(3);
    this.cluster.topic('orders', leaders);
    this.consumer = this.cluster.start(
      (context, settings, directory) => new Consumer(context, settings, directory),
      configuration,
    );
    this.cluster.run(10);
  }

  assign(...positions: StartPosition[]): void {
    this.consumer.assign(positions.map((position, partition) => ({ topic: 'orders', partition, position })));
  }

  /** Polls and lets time pass until the poll is over. */
  poll(timeoutMs = 200): PollOutcome {
    let outcome: PollOutcome | null = null;
    this.consumer.poll(timeoutMs, (completed) => (outcome = completed));
    this.cluster.run(timeoutMs + 1);
    if (outcome === null) throw new Error('the poll did not end in time');
    return outcome;
  }

  /** The values of one poll, all partitions together. */
  read(timeoutMs?: number): string[] {
    const outcome = this.poll(timeoutMs);
    if (outcome.type !== 'ok') throw new Error(outcome.error);
    return outcome.partitions.flatMap(({ records }) => records.map((record) => record.value));
  }

  offsetsFetched(): number[] {
    return this.cluster.requests(Api.Fetch).map(({ body }) => body.partitions[0]!.fetchOffset);
  }

  /** The partition loses its end, and its new leader is another broker. */
  truncate(batches: number, newLeader: number): void {
    this.cluster.logs.get('orders-0')!.length = batches;
    this.cluster.elect('orders-0', newLeader);
  }
}

export function scene(
  configuration: Record<string, string | number> = {},
  leaders: readonly number[] = [1],
): Scene {
  return new Scene(leaders, { 'fetch.max.wait.ms': 50, ...configuration });
}

export function refuseFetch(request: FetchRequest, error: ErrorCode): ResponseBody {
  return {
    api: Api.Fetch,
    partitions: request.partitions.map(({ partition }) => ({
      partition,
      error,
      highWatermark: -1,
      logStartOffset: -1,
      divergingEpoch: null,
      batches: [],
    })),
  };
}

/** A script of brokers with newer metadata, which refuse a fetch in an old epoch. */
export function fencing(cluster: ScriptedCluster) {
  return (request: RequestBody): ResponseBody | undefined => {
    if (request.api !== Api.Fetch) return undefined;
    const { partition, currentLeaderEpoch } = request.partitions[0]!;
    const present = cluster.partitions.find((candidate) => candidate.partition === partition)!;
    return currentLeaderEpoch < present.leaderEpoch
      ? refuseFetch(request, Errors.FENCED_LEADER_EPOCH)
      : undefined;
  };
}
