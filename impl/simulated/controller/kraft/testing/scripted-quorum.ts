/** A quorum of controllers alone: a test sends requests, crashes and partitions by hand. */
import { KAFKA_CATALOGUE } from '../../../catalogue/kafka-catalogue.ts';
import { resolveConfiguration } from '../../../../../model/configuration/configuration.ts';
import type { ConfigurationValues } from '../../../../../model/configuration/configuration.ts';
import type { Violation } from '../../../../../model/guarantee.ts';
import type { KraftCluster } from '../kraft-cluster.ts';
import { QuorumInvariants } from '../../../observe/invariants/quorum-invariants.ts';
import { Api } from '../../../../kafka/api.ts';
import { errorName } from '../../../../kafka/errors.ts';
import type { ErrorName } from '../../../../kafka/errors.ts';
import { NetworkClient } from '../../../net/network-client.ts';
import { rulesWith } from '../../../rules/rules.ts';
import type { Rules } from '../../../rules/rules.ts';
import { notifyMetadata } from '../../../observe/metadata-observer.ts';
import { notifyQuorum } from '../../../observe/quorum-observer.ts';
import { notifyReplication } from '../../../observe/replication-observer.ts';
import type { Context } from '../../../kernel/context.ts';
import type { Host } from '../../../kernel/host.ts';
import { keyOf } from '../../../kernel/mix.ts';
import { Probe } from '../../../catalogue/probes.ts';
import type { ProbeName } from '../../../catalogue/probes.ts';
import { World } from '../../../kernel/world.ts';
import { Controller } from '../controller.ts';
import { RaftLog } from '../../../metadata/raft-log.ts';

export interface QuorumScript {
  readonly configuration?: ConfigurationValues;
  readonly rules?: Partial<Rules>;
}

export class ScriptedQuorum {
  readonly world = new World(
    {
      seed: 'scripted',
      schedule: { latency: { model: 'uniform', minUs: 1000, maxUs: 1000 }, slowPair: null },
      overrides: [],
    },
    KAFKA_CATALOGUE,
  );
  readonly violations: Violation[] = [];
  readonly controllers: Host[] = [];
  readonly #broker: Host;
  #brokers = 0;

  constructor(count: number, { configuration = {}, rules = {} }: QuorumScript = {}) {
    const { world, controllers } = this;
    const invariants = new QuorumInvariants({
      partitionCommitted: () => {},
      topicRemoved: () => {},
      nowUs: () => world.nowUs,
      report: (violation) => void this.violations.push(violation),
    });
    const cluster: KraftCluster = {
      configuration: resolveConfiguration(configuration),
      rules: rulesWith([rules]),
      observer: notifyReplication([]),
      metadataObserver: notifyMetadata([invariants]),
      quorumObserver: notifyQuorum([invariants]),
      directory: { broker: () => this.#broker, brokerIds: [], controllers },
    };
    for (let id = 1; id <= count; id++) {
      const boot = (context: Context): Controller => new Controller(context, cluster, id);
      controllers.push(world.addHost(`controller-${id}`, 'controller', boot));
    }
    this.#broker = world.addHost('broker-1', 'broker', () => ({
      start: () => {},
      onRequest: () => {},
      shutdown: (done) => done(true),
    }));
    world.network.wire(world.hosts);
    for (const host of world.hosts) world.start(host);
  }

  host(id: number): Host {
    const host = this.controllers[id - 1];
    if (host === undefined) throw new RangeError(`there is no controller ${id}`);
    return host;
  }

  /** The ids of the controllers that believe to be active. */
  get active(): number[] {
    return this.controllers.flatMap((host, index) => {
      const process = host.context?.process;
      return process instanceof Controller && process.image !== null ? [index + 1] : [];
    });
  }

  /** The ids of the brokers that the active controller has registered. */
  registered(id: number): number[] {
    const process = this.host(id).context?.process;
    return process instanceof Controller ? [...(process.image?.brokers.keys() ?? [])] : [];
  }

  /** The end of the log on that controller's disk, exclusive. */
  logEnd(id: number): number {
    return new RaftLog(this.host(id).disk).endOffset;
  }

  /** Registers a new broker with that controller; its response is appended to the array that is returned. */
  register(id: number): ErrorName[] {
    const { context } = this.#broker;
    if (context === null) throw new Error('the broker is down');
    const answers: ErrorName[] = [];
    const brokerId = ++this.#brokers;
    new NetworkClient(context, this.host(id), 30_000).send(
      { api: Api.BrokerRegistration, brokerId, incarnationId: brokerId, previousBrokerEpoch: -1 },
      (response) => void answers.push(response === null ? 'NETWORK_EXCEPTION' : errorName(response.error)),
    );
    return answers;
  }

  /** Partitions the controllers on one side from all others, or heals that. Brokers reach every controller. */
  cut(side: readonly number[], begin = true): void {
    for (const [index, from] of this.controllers.entries()) {
      for (const [other, to] of this.controllers.entries()) {
        if (side.includes(index + 1) !== side.includes(other + 1))
          this.world.network.cut(from, to, 'lose', begin);
      }
    }
  }

  crash(id: number): void {
    this.world.crash(this.host(id));
  }

  losePower(id: number): void {
    this.world.losePower(this.host(id), keyOf('power'));
  }

  start(id: number): void {
    this.world.start(this.host(id));
  }

  wait(ms: number): void {
    let over = false;
    this.world.at(this.world.nowUs + ms * 1000, 'wait', () => (over = true));
    while (!over) this.world.step();
  }

  /** @throws Error when the condition does not hold within a minute of virtual time. */
  until(condition: () => boolean): void {
    const deadlineUs = this.world.nowUs + 60_000_000;
    while (!condition()) {
      if (this.world.nowUs > deadlineUs) throw new Error('the condition does not hold in time');
      this.world.step();
    }
  }

  /** Waits until one controller other than the excluded one is active; returns its id. */
  elected(except = 0): number {
    const candidates = (): number[] => this.active.filter((id) => id !== except);
    this.until(() => candidates().length === 1);
    return candidates()[0] ?? 0;
  }

  hits(probe: ProbeName): number {
    return this.world.probeCounts[Probe[probe]] ?? 0;
  }
}
