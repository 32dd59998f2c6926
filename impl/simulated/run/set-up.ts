/** Brings the simulated cluster up: hosts, topics, clients. */
import type { Configuration } from '../../../model/configuration/configuration.ts';
import { CONSUMER_OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from '../../kafka/internal-records.ts';
import type { Plan, Topic } from '../../plan/plan.ts';
import { HARNESS_ADMIN } from '../../trial/final-read.ts';
import { groupsOf, isTransactional } from '../../trial/plan-facts.ts';
import { type Steps, waitUntil } from '../../trial/steps.ts';
import type { World } from '../kernel/world.ts';
import type { ClusterHosts } from './cluster-builder.ts';
import type { RunningCluster } from './running-cluster.ts';
import type { Workload } from './workload.ts';

/** How long each step of the setup may take, in virtual time. */
const SETUP_TIMEOUT_US = 600_000_000;
/** Between two attempts to create a topic of the plan. */
const RETRY_US = 100_000;

export interface SetUp {
  readonly plan: Plan;
  readonly configuration: Configuration;
  readonly world: World;
  readonly hosts: ClusterHosts;
  readonly cluster: RunningCluster;
  readonly workload: Workload;
}

export function* setUp(parts: SetUp, hasConverged: () => boolean): Steps {
  const { plan, world, hosts, cluster, workload } = parts;
  for (const controller of hosts.controllers) world.start(controller);
  yield* waitUntil(() => cluster.image !== null, SETUP_TIMEOUT_US);
  for (const broker of hosts.brokers) world.start(broker);
  yield* waitUntil(() => cluster.allBrokersActive, SETUP_TIMEOUT_US);
  world.start(world.host(HARNESS_ADMIN));
  for (const topic of plan.topics) yield* createTopic(parts, topic);
  for (const topic of internalTopics(parts)) yield* createTopic(parts, topic);
  yield* waitUntil(hasConverged, world.nowUs + SETUP_TIMEOUT_US);
  for (const client of plan.clients) {
    world.start(world.host(client.name));
    if (client.kind !== 'consumer') continue;
    workload.assign(
      client.name,
      client.assign.map(({ topic, partition, position }) => ({ topic, partition, position })),
    );
  }
}

/**
 * Brokers create internal topics when a client asks for a coordinator. Here they exist from the beginning, if any client
 * will, with no more replicas than there are brokers.
 */
function internalTopics({ plan, configuration, hosts }: SetUp): readonly Topic[] {
  const topics: Topic[] = [];
  if (isTransactional(plan)) {
    topics.push({
      name: TRANSACTION_STATE_TOPIC,
      partitions: configuration['transaction.state.log.num.partitions'],
      replicationFactor: configuration['transaction.state.log.replication.factor'],
    });
  }
  if (groupsOf(plan).length > 0) {
    topics.push({
      name: CONSUMER_OFFSETS_TOPIC,
      partitions: configuration['offsets.topic.num.partitions'],
      replicationFactor: configuration['offsets.topic.replication.factor'],
    });
  }
  return topics.map((topic) => ({
    ...topic,
    replicationFactor: Math.min(topic.replicationFactor ?? 1, hosts.brokers.length),
  }));
}

/** There are no faults yet, but the network of the plan may be slower than its timeouts: retries until the topic exists. */
function* createTopic(parts: SetUp, { name, partitions, replicationFactor }: Topic): Steps {
  const { configuration, world, hosts, workload } = parts;
  const factor = replicationFactor ?? configuration['default.replication.factor'];
  let created = false;
  const attempt = (): void =>
    workload.admin(HARNESS_ADMIN).createTopic(name, partitions, factor, (outcome) => {
      if (outcome.type === 'ok' || outcome.error === 'TOPIC_ALREADY_EXISTS') created = true;
      else if (factor > hosts.brokers.length) {
        throw new RangeError(`topic ${name} cannot be created: ${outcome.error}`);
      }
      // Else sessions of brokers expired between two heartbeats, or no controller answered in time.
      else world.at(world.nowUs + RETRY_US, `topic ${name} again`, attempt);
    });
  attempt();
  yield* waitUntil(() => created, world.nowUs + SETUP_TIMEOUT_US);
}
