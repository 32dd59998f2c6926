import { Purpose } from '../../catalogue/purposes.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Context } from '../../kernel/context.ts';
import { ControllerChannel, ControllerNodeProvider } from '../../net/controller-channel.ts';
import type {
  ControlPlane,
  Lifecycle,
  LifecycleHost,
  MetadataPublisher,
  MetadataSource,
} from '../control-plane.ts';
import { BrokerLifecycle } from './broker-lifecycle.ts';
import { LocalMetadata } from './local-metadata.ts';
import type { LocalQuorum } from './local-metadata.ts';
import { MetadataFollower } from './metadata-follower.ts';

/** A broker's access to a quorum of controllers (KIP-500): it fetches the metadata log, registers, and sends heartbeats (KIP-631). */
export class KraftControlPlane implements ControlPlane {
  readonly #context: Context;
  readonly #cluster: Cluster;
  readonly #brokerId: number;
  readonly #controller: ControllerNodeProvider;
  readonly #localQuorum: LocalQuorum | null;
  #localMetadata: LocalMetadata | null = null;

  /** `localQuorum`: the voter that runs in the same process, in a combined node. */
  constructor(context: Context, cluster: Cluster, brokerId: number, localQuorum: LocalQuorum | null = null) {
    this.#context = context;
    this.#cluster = cluster;
    this.#brokerId = brokerId;
    this.#localQuorum = localQuorum;
    this.#controller = new ControllerNodeProvider(cluster.directory.controllers, localQuorum);
  }

  openChannel(): ControllerChannel {
    return this.#channel(this.#cluster.configuration['request.timeout.ms']);
  }

  followMetadata(publisher: MetadataPublisher): MetadataSource {
    if (this.#localQuorum !== null) {
      this.#localMetadata = new LocalMetadata(this.#context, this.#localQuorum, publisher);
      return this.#localMetadata;
    }
    const { configuration } = this.#cluster;
    const timeoutMs = Math.min(
      configuration['controller.quorum.request.timeout.ms'],
      configuration['request.timeout.ms'],
    );
    const channel = this.#channel(timeoutMs);
    return new MetadataFollower(this.#context, channel, this.#controller, this.#brokerId, publisher);
  }

  joinCluster(host: LifecycleHost, previousBrokerEpoch: number): Lifecycle {
    const { host: machine, incarnation, world } = this.#context;
    const incarnationId = world.draws.bits(Purpose.IncarnationId, machine.index, incarnation);
    return new BrokerLifecycle(host, this.openChannel(), incarnationId, previousBrokerEpoch);
  }

  /** The voter in the same process knows of more that is committed. */
  committed(): void {
    this.#localMetadata?.committed();
  }

  #channel(timeoutMs: number): ControllerChannel {
    return new ControllerChannel(this.#context, this.#controller, timeoutMs);
  }
}
