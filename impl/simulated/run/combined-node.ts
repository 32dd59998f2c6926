import { Api } from '../../kafka/api.ts';
import type { ControllerRequest } from '../protocol/controller-messages.ts';
import type { QuorumRequest } from '../protocol/quorum-messages.ts';
import { Broker } from '../broker/broker.ts';
import { Controller } from '../controller/kraft/controller.ts';
import { KraftControlPlane } from '../controller/kraft/kraft-control-plane.ts';
import type { KraftCluster } from '../controller/kraft/kraft-cluster.ts';
import type { Message } from '../net/message.ts';
import type { ControllerView } from '../controller/control-plane.ts';
import type { Context } from '../kernel/context.ts';
import type { Process } from '../kernel/process.ts';

/**
 * A broker and a controller in one process (`process.roles=broker,controller`): they share the host with its
 * disk, clock and connections, and die together. The broker reads the metadata log of the voter beside it.
 */
export class CombinedNode implements Process {
  readonly broker: Broker;
  readonly controller: Controller;

  constructor(context: Context, cluster: KraftCluster, id: number) {
    this.controller = new Controller(context, cluster, id, () => controlPlane.committed());
    const controlPlane = new KraftControlPlane(context, cluster, id, this.controller.quorum);
    this.broker = new Broker(context, cluster, id, controlPlane);
  }

  start(): void {
    this.controller.start();
    this.broker.start();
  }

  /** The broker goes first, for it has to agree on that with the quorum (Kafka's KafkaRaftServer). */
  shutdown(done: (cleanly: boolean) => void): void {
    this.broker.shutdown((cleanly) => this.controller.shutdown(() => done(cleanly)));
  }

  onRequest(message: Message): void {
    if (message.api in ASKED_OF_CONTROLLERS) this.controller.onRequest(message);
    else this.broker.onRequest(message);
  }
}

/** Kafka has a listener for each role; here the API decides which of the two roles handles a request. */
const ASKED_OF_CONTROLLERS: Readonly<Record<(ControllerRequest | QuorumRequest)['api'], true>> = {
  [Api.CreateTopics]: true,
  [Api.DeleteTopics]: true,
  [Api.ElectLeaders]: true,
  [Api.AlterPartitionReassignments]: true,
  [Api.AlterPartition]: true,
  [Api.AllocateProducerIds]: true,
  [Api.AssignReplicasToDirs]: true,
  [Api.BrokerRegistration]: true,
  [Api.BrokerHeartbeat]: true,
  [Api.FetchMetadata]: true,
  [Api.FetchQuorum]: true,
  [Api.FetchSnapshot]: true,
  [Api.Vote]: true,
  [Api.BeginQuorumEpoch]: true,
  [Api.EndQuorumEpoch]: true,
};

/** The controller that runs on a host, alone or beside a broker. */
export function controllerIn(process: Process | undefined): ControllerView | null {
  if (process instanceof CombinedNode) return process.controller;
  return process instanceof Controller ? process : null;
}

/** The broker that runs on a host, alone or beside a controller. */
export function brokerIn(process: Process | undefined): Broker | null {
  if (process instanceof CombinedNode) return process.broker;
  return process instanceof Broker ? process : null;
}
