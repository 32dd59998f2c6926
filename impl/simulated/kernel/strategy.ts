import type { Strategy } from './schedule.ts';
import type { Draws } from './draws.ts';
import { KernelPurpose } from './draws.ts';
import { mix } from './mix.ts';

/** The keys of sender, receiver and message: a draw must not depend on how many hosts there are. */
export interface Passage {
  readonly from: number;
  readonly to: number;
  readonly message: number;
}

/** The most rounds that a message waits, so that none is delayed for ever. */
const MOST_ROUNDS = 8;

/**
 * Returns when a message arrives under a scheduling strategy, in microseconds since the workload began; `dueUs` is when
 * it would arrive without one. Latencies drawn one by one seldom produce an order far from the order of sending.
 * Strategies do. Each is a function of keys and time only, so that shrinking a plan does not change other arrivals.
 */
export function arrivalUs(strategy: Strategy, draws: Draws, passage: Passage, dueUs: number): number {
  switch (strategy.kind) {
    case 'receiver-priorities':
      return inItsRound(strategy, draws, passage, dueUs);
    case 'priority-changes':
      return (
        dueUs +
        draws.between(
          0,
          priorityUs(strategy, draws, passage.from, dueUs),
          KernelPurpose.Priority,
          passage.message,
        )
      );
    case 'held-links':
      return afterHold(strategy, draws, passage, dueUs);
  }
}

/**
 * Partial order sampling (POS; Yuan et al. 2018): messages on their way to one receiver get random priorities, and a
 * message that must wait gets a new one. A receiver takes its messages in rounds, in a drawn order; a message of low
 * priority waits for a later round.
 */
function inItsRound(
  { roundUs, waitPerMille }: Extract<Strategy, { kind: 'receiver-priorities' }>,
  draws: Draws,
  { to, message }: Passage,
  dueUs: number,
): number {
  const phaseUs = draws.between(0, roundUs - 1, KernelPurpose.Round, to);
  let round = Math.ceil((dueUs - phaseUs) / roundUs);
  for (let n = 1; n <= MOST_ROUNDS; n++) {
    if (draws.between(0, 999, KernelPurpose.Round, message, n) >= waitPerMille) break;
    round++;
  }
  const begin = Math.max(dueUs, round * roundUs + phaseUs);
  return begin + draws.between(0, roundUs - 1, KernelPurpose.Priority, mix(message, round));
}

/**
 * Priority change points (PCT; Burckhardt et al. 2010): every sender has a priority, by which its messages are
 * slower or faster for a long while; at each change point one sender falls behind all others.
 * Returns how late its messages are at most, in microseconds.
 */
function priorityUs(
  { changesMs, stepUs, ranks }: Extract<Strategy, { kind: 'priority-changes' }>,
  draws: Draws,
  from: number,
  nowUs: number,
): number {
  let rank = draws.between(0, ranks - 1, KernelPurpose.Priority, from);
  for (let i = 0; i < changesMs.length; i++) {
    if (changesMs[i]! * 1000 > nowUs) break;
    // Each sender draws by itself whether it falls behind, so that the number of senders does not matter.
    if (draws.between(0, ranks - 1, KernelPurpose.Priority, from, i + 1) === 0) rank = ranks + i;
  }
  return rank * stepUs;
}

/** A link holds its messages until the end of a slot and then delivers all at once. */
function afterHold(
  { slotUs, heldPerMille }: Extract<Strategy, { kind: 'held-links' }>,
  draws: Draws,
  { from, to }: Passage,
  dueUs: number,
): number {
  const link = mix(from, to);
  let slot = Math.floor(dueUs / slotUs);
  let at = dueUs;
  for (let n = 0; n < MOST_ROUNDS; n++) {
    if (draws.between(0, 999, KernelPurpose.Hold, link, slot) >= heldPerMille) break;
    slot++;
    at = slot * slotUs;
  }
  return at;
}
