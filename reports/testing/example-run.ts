/**
 * A run written by hand, to test and to look at reports without a simulator: with `acks=1` the leader
 * acknowledges v4, crashes before a follower has it, comes back, and truncates what it promised.
 */
import { PLAN_FORMAT, PLAN_VERSION, type Plan } from '../../impl/plan/plan.ts';
import type { Trace, TraceEntry, TracedRecord } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { HistoryEvent } from '../../model/history/history.ts';
import type { FailureReport } from '../analysis/failure-report.ts';

const TOPIC = 'orders';
const PARTITION = 0;
const P = { topic: TOPIC, partition: PARTITION };
const WORKLOAD_START_US = 60_000;

/** `Omit` over each member of a union. */
type Without<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** Writes a trace entry by entry; every method gives the seq of what it wrote. */
class Recorder {
  readonly entries: TraceEntry[] = [];
  readonly history: HistoryEvent[] = [];
  #timeUs = 0;
  #messages = 0;

  get timeUs(): number {
    return this.#timeUs;
  }

  after(microseconds: number): this {
    this.#timeUs += microseconds;
    return this;
  }

  add(entry: Without<TraceEntry, 'seq' | 'timeUs' | 'cause'>, cause: number | null): number {
    const seq = this.entries.length;
    // The compiler cannot see that a member of a union stays one when three fields are replaced.
    this.entries.push({ ...entry, seq, timeUs: this.#timeUs, cause } as TraceEntry);
    return seq;
  }

  event(event: Without<HistoryEvent, 'timeUs'>, cause: number | null): number {
    const timed = { ...event, timeUs: this.#timeUs } as HistoryEvent;
    this.history.push(timed);
    return this.add({ kind: 'history', event: timed }, cause);
  }

  /** A message under way: give it to `deliver` or `lose`. */
  sent(
    cause: number | null,
    from: string,
    to: string,
    api: string,
    type: 'request' | 'response',
    summary: string,
  ): number {
    const message = this.#messages++;
    const key = (0x9e3779b1 * (message + 1)) >>> 0;
    this.add(
      {
        kind: 'message-sent',
        message,
        from,
        to,
        api,
        type,
        summary,
        key: key.toString(16).padStart(8, '0'),
      },
      cause,
    );
    return message;
  }

  deliver(message: number, afterUs = 700): number {
    this.after(afterUs);
    return this.add({ kind: 'message-delivered', message }, null);
  }

  lose(message: number, reason: string, afterUs = 700): number {
    this.after(afterUs);
    return this.add({ kind: 'message-lost', message, reason }, null);
  }

  /** A request that arrives. */
  request(cause: number | null, from: string, to: string, api: string, summary: string): number {
    return this.deliver(this.sent(cause, from, to, api, 'request', summary));
  }

  response(cause: number, from: string, to: string, api: string, summary: string): number {
    return this.deliver(this.sent(cause, from, to, api, 'response', summary));
  }

  append(node: string, cause: number, ...records: TracedRecord[]): number {
    return this.add({ kind: 'append', node, ...P, records }, cause);
  }

  highWatermark(node: string, cause: number, highWatermark: number): number {
    return this.add({ kind: 'high-watermark', node, ...P, highWatermark }, cause);
  }

  role(node: string, cause: number, role: 'leader' | 'follower', leaderEpoch: number): number {
    return this.add({ kind: 'role', node, ...P, role, leaderEpoch }, cause);
  }

  leaderIsr(node: string, cause: number, isr: number[]): number {
    return this.add({ kind: 'leader-isr', node, ...P, isr, maximalIsr: isr }, cause);
  }

  partitionState(
    cause: number | null,
    leader: number,
    leaderEpoch: number,
    partitionEpoch: number,
    isr: number[],
  ): number {
    return this.add(
      {
        kind: 'partition-state',
        ...P,
        leader,
        leaderEpoch,
        partitionEpoch,
        replicas: [1, 2, 3],
        isr,
        elr: [],
      },
      cause,
    );
  }

  /** A broker receives the new state of the partition from the controller. */
  metadata(cause: number, to: string, summary: string): number {
    return this.response(cause, 'controller-1', to, 'Fetch', summary);
  }

  /** One round of a follower's fetch: gives the seq of the response's arrival. */
  fetch(
    cause: number | null,
    follower: string,
    leader: string,
    offset: number,
    epoch: number,
    answer: string,
  ): [atLeader: number, atFollower: number] {
    const atLeader = this.request(
      cause,
      follower,
      leader,
      'Fetch',
      `orders-0 offset ${offset} epoch ${epoch}`,
    );
    return [atLeader, this.response(atLeader, leader, follower, 'Fetch', answer)];
  }
}

function record(offset: number, leaderEpoch: number, value: string): TracedRecord {
  return { offset, leaderEpoch, value };
}

/** A send up to the leader's append: gives the seqs of the invocation and of the request's arrival. */
function produce(run: Recorder, op: number, value: string, leader: string): number {
  const invoked = run.event(
    {
      type: 'invoke',
      f: 'send',
      op,
      process: 'producer-1',
      topic: TOPIC,
      partition: PARTITION,
      key: null,
      value,
    },
    null,
  );
  return run.request(invoked, 'producer-1', leader, 'Produce', `orders-0 ${value} acks=1`);
}

function acknowledge(run: Recorder, cause: number, op: number, leader: string, offset: number): number {
  const response = run.response(cause, leader, 'producer-1', 'Produce', `orders-0 NONE offset ${offset}`);
  return run.event({ type: 'ok', f: 'send', op, process: 'producer-1', ...P, offset }, response);
}

function writeTrace(): { trace: Trace; history: readonly HistoryEvent[]; violation: Violation } {
  const run = new Recorder();
  for (const node of ['controller-1', 'broker-1', 'broker-2', 'broker-3']) {
    run.add({ kind: 'node', node, change: 'start' }, null);
  }

  // Setup: the topic is created, broker-1 leads it.
  const created = run.after(8_000).request(null, 'producer-1', 'controller-1', 'CreateTopics', 'orders');
  const first = run.partitionState(created, 1, 0, 0, [1, 2, 3]);
  for (const broker of [1, 2, 3]) {
    const metadata = run.metadata(first, `broker-${broker}`, 'orders-0 leader 1 epoch 0');
    run.role(`broker-${broker}`, metadata, broker === 1 ? 'leader' : 'follower', 0);
    if (broker === 1) run.leaderIsr('broker-1', metadata, [1, 2, 3]);
  }

  // Three records reach everybody.
  run.after(WORKLOAD_START_US + 1_000 - run.timeUs);
  ['v1', 'v2', 'v3'].forEach((value, offset) => {
    const arrived = produce(run, offset, value, 'broker-1');
    run.append('broker-1', arrived, record(offset, 0, value));
    acknowledge(run, arrived, offset, 'broker-1', offset);
  });
  const three = [record(0, 0, 'v1'), record(1, 0, 'v2'), record(2, 0, 'v3')];
  let lastFetch = 0;
  for (const follower of ['broker-2', 'broker-3']) {
    const [, got] = run.fetch(null, follower, 'broker-1', 0, 0, 'orders-0 v1 v2 v3');
    run.append(follower, got, ...three);
  }
  for (const follower of ['broker-2', 'broker-3']) {
    const asked = run.request(null, follower, 'broker-1', 'Fetch', 'orders-0 offset 3 epoch 0');
    if (follower === 'broker-3') run.highWatermark('broker-1', asked, 3);
    lastFetch = run.response(asked, 'broker-1', follower, 'Fetch', 'orders-0 high watermark 3');
    if (follower === 'broker-3') run.highWatermark('broker-3', lastFetch, 3);
  }

  // v4 is acknowledged by the leader alone; the fetch that would have saved it dies with the leader.
  run.after(4_000);
  const arrived = produce(run, 3, 'v4', 'broker-1');
  run.append('broker-1', arrived, record(3, 0, 'v4'));
  acknowledge(run, arrived, 3, 'broker-1', 3);
  const doomed = run.sent(lastFetch, 'broker-2', 'broker-1', 'Fetch', 'request', 'orders-0 offset 3 epoch 0');
  const crash = run.after(300).add(
    {
      kind: 'fault',
      fault: 0,
      phase: 'begin',
      nodes: ['broker-1'],
      sentence: 'broker-1 crashes',
    },
    null,
  );
  run.add({ kind: 'node', node: 'broker-1', change: 'crash' }, crash);
  run.event({ type: 'cluster', f: 'crash', node: 'broker-1' }, crash);
  run.lose(doomed, 'broker-1 is down', 400);

  // The controller notices and elects broker-2.
  const expired = run
    .after(9_000_000)
    .add({ kind: 'timer', node: 'controller-1', timer: 'session of broker-1 expired' }, null);
  run.add(
    { kind: 'probe', node: 'controller-1', probe: 'controller.broker-fenced', detail: 'broker-1' },
    expired,
  );
  const elected = run.partitionState(expired, 2, 1, 1, [2, 3]);
  const toTwo = run.metadata(elected, 'broker-2', 'orders-0 leader 2 epoch 1');
  run.role('broker-2', toTwo, 'leader', 1);
  run.leaderIsr('broker-2', toTwo, [2, 3]);
  const toThree = run.metadata(elected, 'broker-3', 'orders-0 leader 2 epoch 1');
  run.role('broker-3', toThree, 'follower', 1);

  // v5 takes the offset that v4 was given.
  run.after(2_000);
  const fifth = produce(run, 4, 'v5', 'broker-2');
  run.append('broker-2', fifth, record(3, 1, 'v5'));
  acknowledge(run, fifth, 4, 'broker-2', 3);
  const [, got] = run.fetch(null, 'broker-3', 'broker-2', 3, 0, 'orders-0 v5');
  run.append('broker-3', got, record(3, 1, 'v5'));
  const again = run.request(got, 'broker-3', 'broker-2', 'Fetch', 'orders-0 offset 4 epoch 1');
  run.highWatermark('broker-2', again, 4);
  run.response(again, 'broker-2', 'broker-3', 'Fetch', 'orders-0 high watermark 4');
  run.highWatermark('broker-3', again, 4);

  // broker-1 comes back and learns that its last record was never committed.
  const back = run.after(400_000).add(
    {
      kind: 'fault',
      fault: 0,
      phase: 'end',
      nodes: ['broker-1'],
      sentence: 'broker-1 starts again',
    },
    crash,
  );
  run.add({ kind: 'node', node: 'broker-1', change: 'start' }, back);
  const registered = run.request(back, 'broker-1', 'controller-1', 'BrokerRegistration', 'broker-1');
  const toOne = run.metadata(registered, 'broker-1', 'orders-0 leader 2 epoch 1');
  run.role('broker-1', toOne, 'follower', 1);
  const [, diverging] = run.fetch(
    toOne,
    'broker-1',
    'broker-2',
    4,
    0,
    'orders-0 diverges: epoch 0 ends at 3',
  );
  run.add(
    { kind: 'probe', node: 'broker-1', probe: 'follower.diverged', detail: 'orders-0 epoch 0 ends at 3' },
    diverging,
  );
  run.add({ kind: 'truncate', node: 'broker-1', ...P, toOffset: 3 }, diverging);
  const [, caughtUp] = run.fetch(diverging, 'broker-1', 'broker-2', 3, 0, 'orders-0 v5');
  run.append('broker-1', caughtUp, record(3, 1, 'v5'));
  const joining = run.request(caughtUp, 'broker-1', 'broker-2', 'Fetch', 'orders-0 offset 4 epoch 1');
  const proposal = run.request(joining, 'broker-2', 'controller-1', 'AlterPartition', 'orders-0 ISR 2, 3, 1');
  const whole = run.partitionState(proposal, 2, 1, 2, [2, 3, 1]);
  const granted = run.response(
    whole,
    'controller-1',
    'broker-2',
    'AlterPartition',
    'orders-0 partition epoch 2',
  );
  run.leaderIsr('broker-2', granted, [2, 3, 1]);

  // The final read.
  const livenessStartUs = run.after(50_000).timeUs;
  const poll = run.event({ type: 'invoke', f: 'poll', op: 6, process: 'reader-1', final: true }, null);
  const read = run.request(poll, 'reader-1', 'broker-2', 'Fetch', 'orders-0 offset 0');
  const answer = run.response(read, 'broker-2', 'reader-1', 'Fetch', 'orders-0 v1 v2 v3 v5');
  run.event(
    {
      type: 'ok',
      f: 'poll',
      op: 6,
      process: 'reader-1',
      partitions: [
        {
          ...P,
          from: 0,
          to: 4,
          records: ['v1', 'v2', 'v3', 'v5'].map((value, offset) => ({ offset, key: null, value })),
          highWatermark: 4,
        },
      ],
    },
    answer,
  );
  const violation: Violation = {
    guarantee: 'no-loss',
    anomaly: 'lost-write',
    sentence:
      'producer-1 received the acknowledgement that v4 is at orders-0 offset 3, but the final read of orders-0 from 0 to 4 does not have it: offset 3 holds v5.',
    place: { ...P, offset: 3 },
    notPromisedBecause: 'acks=1',
    timeUs: run.timeUs,
    evidence: run.history.filter((event) => event.type !== 'cluster' && (event.op === 3 || event.op === 6)),
  };
  run.add({ kind: 'violation', violation }, null);

  return {
    trace: {
      entries: run.entries,
      nodes: [
        { name: 'controller-1', role: 'controller' },
        { name: 'broker-1', role: 'broker' },
        { name: 'broker-2', role: 'broker' },
        { name: 'broker-3', role: 'broker' },
        { name: 'producer-1', role: 'client' },
        { name: 'reader-1', role: 'client' },
      ],
      workloadStartUs: WORKLOAD_START_US,
      livenessStartUs,
    },
    history: run.history,
    violation,
  };
}

function examplePlan(): Plan {
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    seed: 'night-7/1183',
    title: 'acks=1: the leader crashes before anybody else has the record',
    cluster: { brokers: 3, controllers: 1 },
    configuration: { acks: '1', 'min.insync.replicas': 2, 'default.replication.factor': 3 },
    expect: ['no-loss'],
    defects: [],
    topics: [{ name: TOPIC, partitions: 1, replicationFactor: 3 }],
    clients: [{ kind: 'producer', name: 'producer-1' }],
    operations: [1, 3, 5, 20, 9_050].map((atMs, id) => ({
      id,
      atMs,
      client: 'producer-1',
      kind: 'send' as const,
      topic: TOPIC,
      partition: PARTITION,
      key: null,
    })),
    faults: [{ id: 0, at: { ms: 24 }, kind: 'crash', node: 'broker-1', restartAfterMs: 9_420 }],
    schedule: { latency: { model: 'uniform', minUs: 500, maxUs: 900 }, slowPair: null },
    overrides: [],
  };
}

export function exampleReport(): FailureReport {
  const { trace, history, violation } = writeTrace();
  return {
    plan: examplePlan(),
    result: {
      verdict: 'violated',
      violations: [violation],
      hash: '5a1c09e27bd4f310',
      events: trace.entries.length,
      virtualUs: trace.entries.at(-1)?.timeUs ?? 0,
      probes: { 'controller.broker-fenced': 1, 'follower.diverged': 1 },
      history,
      trace,
    },
    original: { operations: 214, faults: 7 },
    shrink: { runs: 388, seconds: 2.9 },
    replayCommand: 'npx kafka-crucible replay crucible-out/lost-write-5a1c09e2.json',
    planFile: 'crucible-out/lost-write-5a1c09e2.json',
    versions: { kafkaCrucible: '0.1.0', node: '20.19.4' },
    speed: { runsPerSecond: 640, eventsPerSecond: 410_000 },
  };
}
