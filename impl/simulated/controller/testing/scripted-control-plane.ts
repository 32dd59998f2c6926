/** The decisions of a controller without a network: a test registers brokers and sends their heartbeats by hand. */
import { KAFKA_CATALOGUE } from '../../catalogue/kafka-catalogue.ts';
import { resolveConfiguration } from '../../../../model/configuration/configuration.ts';
import type { ConfigurationValues } from '../../../../model/configuration/configuration.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { Errors } from '../../../kafka/errors.ts';
import { Api } from '../../../kafka/api.ts';
import type { BrokerHeartbeatRequest, BrokerHeartbeatResponse } from '../../protocol/controller-messages.ts';
import type { MetadataRecord, PartitionRecord } from '../../protocol/metadata-records.ts';
import { rulesWith } from '../../rules/rules.ts';
import type { Rules } from '../../rules/rules.ts';
import { notifyMetadata } from '../../observe/metadata-observer.ts';
import { notifyReplication } from '../../observe/replication-observer.ts';
import type { ProbeName } from '../../catalogue/probes.ts';
import { Probe } from '../../catalogue/probes.ts';
import { ScriptedHosts } from '../../kernel/testing/scripted-hosts.ts';
import { ClusterControl } from '../cluster-control.ts';
import { ClusterImage } from '../../metadata/cluster-image.ts';
import { MetadataLog } from '../metadata-log.ts';
import { ReplicationControl } from '../replication-control.ts';

/** Commits at once, and records the states of partitions. */
class NotingLog extends MetadataLog {
  readonly #written: PartitionRecord[];

  constructor(image: ClusterImage, written: PartitionRecord[]) {
    super(image, () => {});
    this.#written = written;
  }

  override append(record: MetadataRecord): void {
    super.append(record);
    if (record.type === 'Partition') this.#written.push(record);
  }
}

export class ScriptedControlPlane {
  readonly hosts = new ScriptedHosts(['controller-1'], { catalogue: KAFKA_CATALOGUE });
  readonly log: MetadataLog;
  readonly replication: ReplicationControl;
  readonly brokers: ClusterControl;
  readonly #sessionMs: number;
  /** Every state of a partition that was written. */
  readonly written: PartitionRecord[] = [];

  constructor(configuration: ConfigurationValues = {}, rules: Partial<Rules> = {}) {
    const context = this.hosts.context('controller-1');
    const controller = this.hosts.host('controller-1');
    const resolved = resolveConfiguration(configuration);
    this.#sessionMs = resolved['broker.session.timeout.ms'];
    const cluster: Cluster = {
      configuration: resolved,
      rules: rulesWith([rules]),
      observer: notifyReplication([]),
      metadataObserver: notifyMetadata([]),
      directory: { broker: () => controller, brokerIds: [], controllers: [controller] },
    };
    this.log = new NotingLog(new ClusterImage(), this.written);
    this.replication = new ReplicationControl(context, cluster, this.log);
    this.brokers = new ClusterControl(context, cluster, this.log, this.replication);
  }

  /** Registers a new incarnation, by default as after a clean shutdown. Returns its epoch, or -1. */
  register(broker: number, previousBrokerEpoch = this.epochOf(broker)): number {
    const { error, brokerEpoch } = this.brokers.register({
      api: Api.BrokerRegistration,
      brokerId: broker,
      incarnationId: this.log.endOffset,
      previousBrokerEpoch,
    });
    return error === Errors.NONE ? brokerEpoch : -1;
  }

  /** Sends a heartbeat of a broker, by default one that has applied all metadata. */
  beat(broker: number, change: Partial<BrokerHeartbeatRequest> = {}): BrokerHeartbeatResponse {
    return this.brokers.heartbeat({
      api: Api.BrokerHeartbeat,
      brokerId: broker,
      brokerEpoch: this.epochOf(broker),
      currentMetadataOffset: this.log.endOffset - 1,
      wantFence: false,
      wantShutDown: false,
      ...change,
    });
  }

  /** Registers brokers 1 to `count` and unfences them. */
  start(count: number): void {
    for (let broker = 1; broker <= count; broker++) {
      this.register(broker);
      this.beat(broker);
    }
  }

  epochOf(broker: number): number {
    return this.log.image.brokers.get(broker)?.brokerEpoch ?? -1;
  }

  /** Lets the session of a broker run out, while the other active brokers send heartbeats. */
  fence(broker: number): void {
    const { image } = this.log;
    for (let half = 0; half < 2; half++) {
      this.wait(this.#sessionMs * 0.6);
      for (const other of image.brokers.keys())
        if (other !== broker && image.isActive(other)) this.beat(other);
    }
  }

  partition(name: string): PartitionRecord {
    const partition = this.log.image.partitions.get(name);
    if (partition === undefined) throw new RangeError(`there is no ${name}`);
    return partition;
  }

  hits(probe: ProbeName): number {
    return this.hosts.world.probeCounts[Probe[probe]] ?? 0;
  }

  wait(ms: number): void {
    let over = false;
    this.hosts.at(this.hosts.world.nowUs + ms * 1000, () => (over = true));
    while (!over) this.hosts.world.step();
  }
}
