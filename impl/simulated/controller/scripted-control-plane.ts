/** A controller's decisions without a network: brokers register and beat by hand. */
import { resolveConfiguration } from '../../../model/configuration.ts';
import type { ConfigurationValues } from '../../../model/configuration.ts';
import type { Cluster } from '../cluster.ts';
import { Errors } from '../protocol/errors.ts';
import { Api } from '../protocol/api.ts';
import type { BrokerHeartbeatRequest, BrokerHeartbeatResponse } from '../protocol/messages.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import { rulesWith } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import { silentObserver } from '../silent-observer.ts';
import type { ProbeName } from '../world/probes.ts';
import { Probe } from '../world/probes.ts';
import { ScriptedHosts } from '../world/scripted-hosts.ts';
import { ClusterControl } from './cluster-control.ts';
import { MetadataLog } from './metadata-log.ts';
import { ReplicationControl } from './replication-control.ts';

export class ScriptedControlPlane {
  readonly hosts = new ScriptedHosts(['controller-1']);
  readonly log: MetadataLog;
  readonly replication: ReplicationControl;
  readonly brokers: ClusterControl;
  /** Every state that a partition was given, and whether uncleanly. */
  readonly written: { readonly record: PartitionRecord; readonly uncleanly: boolean }[] = [];

  constructor(configuration: ConfigurationValues = {}, rules: Partial<Rules> = {}) {
    const context = this.hosts.context('controller-1');
    const controller = this.hosts.host('controller-1');
    const cluster: Cluster = {
      configuration: resolveConfiguration(configuration),
      rules: rulesWith([rules]),
      observer: {
        ...silentObserver,
        partitionChanged: (record, uncleanly) => void this.written.push({ record, uncleanly }),
      },
      directory: { broker: () => controller, brokerIds: [], controller },
    };
    this.log = new MetadataLog(controller.disk, () => {});
    this.replication = new ReplicationControl(context, cluster, this.log);
    this.brokers = new ClusterControl(context, cluster, this.log, this.replication);
  }

  /** Registers a new incarnation, as after a clean shutdown unless told otherwise. Returns its epoch, or -1. */
  register(broker: number, previousBrokerEpoch = this.epochOf(broker)): number {
    const { error, brokerEpoch } = this.brokers.register({
      api: Api.BrokerRegistration,
      brokerId: broker,
      incarnationId: this.log.endOffset,
      previousBrokerEpoch,
    });
    return error === Errors.NONE ? brokerEpoch : -1;
  }

  /** A heartbeat of a broker that knows all metadata, unless told otherwise. */
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

  /** The broker asks to be fenced: what a session that ran out does, without the wait. */
  fence(broker: number): void {
    this.beat(broker, { wantFence: true });
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
