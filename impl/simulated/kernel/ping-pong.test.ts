/** The kernel without Kafka: two hosts, messages of their own, and a catalogue of their own. */
import { describe, expect, test } from 'vitest';

import type { Catalogue } from './catalogue.ts';
import type { Body, Connection, Message } from './connection.ts';
import type { Context } from './context.ts';
import type { Host } from './host.ts';
import type { Process } from './process.ts';
import { World } from './world.ts';

interface Ping extends Body {
  readonly serve: number;
}
interface Pong extends Body {
  readonly returned: number;
}

const PING = 1;
const SERVE_TIMER = 1;
const SPIN = 100;
const Probe = { lost: 0, stale: 1, returned: 2 };

const PING_PONG: Catalogue = {
  probeCount: 3,
  messageLost: Probe.lost,
  staleMessageProcessed: Probe.stale,
  orderSensitiveProbes: new Set(),
  unhandledIoError: 'the score cannot be written',
  mayWrite: () => false,
};

/** Sends a ping, and the next one some time after each pong. A lost ping is served again. */
class Server implements Process {
  readonly pongs: number[] = [];
  readonly #context: Context;
  readonly #opponent: Host;
  #connection: Connection<Ping, Pong> | null = null;
  #serves = 0;

  constructor(context: Context, opponent: Host) {
    this.#context = context;
    this.#opponent = opponent;
  }

  start(): void {
    this.#serve();
  }

  onRequest(): void {
    throw new Error('only the other side receives requests');
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  #serve(): void {
    if (this.#connection?.open !== true) this.#connection = this.#context.connect<Ping, Pong>(this.#opponent);
    this.#connection.send({ api: PING, serve: ++this.#serves }, (pong) => {
      if (pong !== null) this.pongs.push(pong.returned);
      const spinMs = this.#context.world.draws.between(1, 9, SPIN, this.#context.world.cause);
      this.#context.after(spinMs, SERVE_TIMER, () => this.#serve());
    });
  }
}

class Returner implements Process {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  start(): void {}

  onRequest(ping: Message<Ping, Pong>): void {
    const { world, host } = this.#context;
    world.probe(Probe.returned, host, ping.body.serve, 0);
    ping.connection.respond(ping, { api: PING, returned: ping.body.serve });
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }
}

/** Plays for 200 ms; `disturb` schedules what goes wrong meanwhile. */
function play(seed: string, disturb: (world: World, right: Host) => void = () => {}) {
  const schedule = { latency: { model: 'uniform', minUs: 100, maxUs: 5000 }, slowPair: null } as const;
  const world = new World({ seed, schedule, overrides: [] }, PING_PONG);
  let server: Server | null = null;
  const right = world.addHost('right', 'player', (context) => new Returner(context));
  const left = world.addHost('left', 'player', (context) => (server = new Server(context, right)));
  world.network.wire(world.hosts);
  world.start(right);
  world.start(left);
  disturb(world, right);
  while (world.nowUs < 200_000 && world.step());
  return { world, pongs: (server as Server | null)?.pongs ?? [] };
}

describe('two hosts that play ping-pong', () => {
  test('return every serve in order', () => {
    const { world, pongs } = play('rally');
    expect(pongs.length).toBeGreaterThan(10);
    expect(pongs).toEqual(pongs.map((_, i) => i + 1));
    expect(world.probeCounts[Probe.returned]).toBeGreaterThanOrEqual(pongs.length);
    expect(world.probeCounts[Probe.lost]).toBe(0);
  });

  test('play the same game for the same seed, and another for another', () => {
    expect(play('rally').world.digest()).toBe(play('rally').world.digest());
    expect(play('other').world.digest()).not.toBe(play('rally').world.digest());
  });

  test('go on after a crash of one of them, without the serve that was lost', () => {
    const { world, pongs } = play('crash', (world, right) => {
      world.at(50_000, 'crash', () => world.crash(right));
      world.at(80_000, 'restart', () => world.start(right));
    });
    expect(world.probeCounts[Probe.lost]).toBeGreaterThan(0);
    const gap = pongs.findIndex((pong, i) => i > 0 && pong > pongs[i - 1]! + 1);
    expect(gap).toBeGreaterThan(0);
    expect(pongs.length).toBeGreaterThan(gap + 1);
  });

  test('handle what was sent during a pause after it, and the kernel reports it as stale', () => {
    const { world } = play('pause', (world, right) => {
      world.at(50_000, 'pause', () => world.pause(right));
      world.at(90_000, 'resume', () => world.resume(right));
    });
    expect(world.probeCounts[Probe.stale]).toBe(1);
  });
});
