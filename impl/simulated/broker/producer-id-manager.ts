import { Api } from '../../kafka/api.ts';
import type { ControllerChannel } from '../net/controller-channel.ts';
import { Errors } from '../../kafka/errors.ts';
import type { AllocateProducerIdsResponse } from '../protocol/controller-messages.ts';
import type { Rules } from '../rules/rules.ts';
import type { Context } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';

/** Kafka's fixed pause after a request for ids that failed. */
const RETRY_BACKOFF_MS = 50;

interface Block {
  readonly first: number;
  readonly size: number;
}

/** Gives out producer ids from blocks that the controller hands to this broker (Kafka's RPCProducerIdManager). */
export class ProducerIdManager {
  readonly #context: Context;
  readonly #rules: Rules;
  readonly #channel: ControllerChannel;
  readonly #brokerId: number;
  readonly #brokerEpoch: () => number;
  #current: Block = { first: 0, size: 0 };
  /** How many ids of the current block are given out. */
  #used = 0;
  #prefetched: Block | null = null;
  #asking = false;
  /** Not to be asked for before, on the monotonic clock. */
  #notBeforeMs = 0;

  constructor(
    context: Context,
    rules: Rules,
    channel: ControllerChannel,
    brokerId: number,
    brokerEpoch: () => number,
  ) {
    this.#context = context;
    this.#rules = rules;
    this.#channel = channel;
    this.#brokerId = brokerId;
    this.#brokerEpoch = brokerEpoch;
  }

  /** An id that nobody else has; null when the next block has yet to come, which whoever wants one asks for again. */
  nextProducerId(): number | null {
    if (this.#used === this.#current.size && this.#prefetched !== null) {
      this.#current = this.#prefetched;
      this.#prefetched = null;
      this.#used = 0;
    }
    if (this.#used === this.#current.size) {
      this.#ask();
      return null;
    }
    const producerId = this.#current.first + this.#used++;
    if (this.#rules.wantsNextBlock(this.#used, this.#current.size)) this.#ask();
    return producerId;
  }

  #ask(): void {
    if (this.#asking || this.#prefetched !== null || this.#context.monotonicMs() < this.#notBeforeMs) return;
    this.#asking = true;
    const [brokerId, brokerEpoch] = [this.#brokerId, this.#brokerEpoch()];
    this.#channel.send({ api: Api.AllocateProducerIds, brokerId, brokerEpoch }, this.#onResponse);
  }

  readonly #onResponse = (response: AllocateProducerIdsResponse | null): void => {
    this.#asking = false;
    if (response === null || response.error !== Errors.NONE) {
      this.#notBeforeMs = this.#context.monotonicMs() + RETRY_BACKOFF_MS;
      return;
    }
    const { producerIdStart: first, producerIdLen: size } = response;
    this.#prefetched = { first, size };
    this.#context.world.probe(Probe['producer-ids-allocated'], this.#context.host, first, size);
  };
}
