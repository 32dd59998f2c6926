import { COMMITTED_READER, FINAL_READER, HARNESS_ADMIN } from '../../trial/final-read.ts';
import { isTransactional } from '../../trial/plan-facts.ts';
import type { Plan } from '../../plan/plan.ts';
import { Broker } from '../broker/broker.ts';
import type { Directory } from '../cluster/directory.ts';
import { Controller } from '../controller/kraft/controller.ts';
import type { KraftCluster } from '../controller/kraft/kraft-cluster.ts';
import { KraftControlPlane } from '../controller/kraft/kraft-control-plane.ts';
import type { Context } from '../kernel/context.ts';
import type { Host } from '../kernel/host.ts';
import type { World } from '../kernel/world.ts';
import { CombinedNode } from './combined-node.ts';
import type { Workload } from './workload.ts';

/** The hosts of a cluster. A combined node is among the brokers and among the controllers. */
export interface ClusterHosts {
  readonly brokers: readonly Host[];
  readonly controllers: readonly Host[];
}

/** Adds the hosts of the plan's cluster and of all clients to the world; none is started. */
export function buildCluster(
  plan: Plan,
  world: World,
  workload: Workload,
  shared: Omit<KraftCluster, 'directory'>,
): ClusterHosts {
  const brokers: Host[] = [];
  const controllers: Host[] = [];
  const directory = directoryOf(plan, brokers, controllers);
  const cluster: KraftCluster = {
    configuration: shared.configuration,
    rules: shared.rules,
    observer: shared.observer,
    metadataObserver: shared.metadataObserver,
    quorumObserver: shared.quorumObserver,
    directory,
  };
  const combined = plan.cluster.combined === true ? plan.cluster.controllers : 0;
  for (let id = combined + 1; id <= plan.cluster.controllers; id++) {
    controllers.push(
      world.addHost(`controller-${id}`, 'controller', (context) => new Controller(context, cluster, id)),
    );
  }
  for (const id of directory.brokerIds) {
    const boot = (context: Context): Broker | CombinedNode =>
      id <= combined
        ? new CombinedNode(context, cluster, id)
        : new Broker(context, cluster, id, new KraftControlPlane(context, cluster, id));
    const host = world.addHost(`broker-${id}`, 'broker', boot, plan.cluster.logDirs);
    brokers.push(host);
    if (id <= combined) controllers.push(host);
  }
  for (const client of plan.clients) workload.addClient(client, cluster);
  workload.addClient({ kind: 'admin', name: HARNESS_ADMIN }, cluster);
  for (let i = 1; i <= plan.cluster.brokers; i++) {
    workload.addClient({ kind: 'consumer', name: `${FINAL_READER}-${i}` }, cluster);
    if (!isTransactional(plan)) continue;
    const name = `${COMMITTED_READER}-${i}`;
    workload.addClient({ kind: 'consumer', name, isolation: 'read_committed' }, cluster);
  }
  world.network.wire(world.hosts);
  return { brokers, controllers };
}

function directoryOf(plan: Plan, brokers: readonly Host[], controllers: readonly Host[]): Directory {
  return {
    controllers,
    rackOf: (id) => plan.cluster.racks?.[id - 1] ?? null,
    brokerIds: Array.from({ length: plan.cluster.brokers }, (_, i) => i + 1),
    broker(id: number): Host {
      const host = brokers[id - 1];
      if (host === undefined) throw new RangeError(`there is no broker ${id}`);
      return host;
    },
  };
}
