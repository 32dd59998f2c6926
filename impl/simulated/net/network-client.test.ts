import { expect, test } from 'vitest';

import { ScriptedCluster } from '../client/testing/scripted-cluster.ts';
import type { Context } from '../kernel/context.ts';
import type { Process } from '../kernel/process.ts';
import { Api } from '../../kafka/api.ts';
import { NetworkClient } from './network-client.ts';

/** Requests metadata, and again at once when the request was lost. */
class Persistent implements Process {
  readonly client: NetworkClient;
  readonly outcomes: string[] = [];

  constructor(context: Context, cluster: ScriptedCluster) {
    this.client = new NetworkClient(context, cluster.directory.broker(1), 300);
  }

  start(): void {
    this.#ask();
  }

  onRequest(): void {}

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  #ask(): void {
    this.client.send({ api: Api.Metadata }, (response) => {
      this.outcomes.push(response === null ? 'lost' : 'answered');
      if (response === null) this.#ask();
    });
  }
}

test('a request sent while the connection closes has a timeout like every other', () => {
  const cluster = new ScriptedCluster(1);
  cluster.script = () => 'silence';
  const client = cluster.start((context) => new Persistent(context, cluster), {});
  cluster.run(650);
  expect(client.outcomes).toEqual(['lost', 'lost']);
  expect(client.client.inFlight).toBe(1);
  cluster.script = () => undefined;
  cluster.run(400);
  expect(client.outcomes).toEqual(['lost', 'lost', 'lost', 'answered']);
});
