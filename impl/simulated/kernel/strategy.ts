import type { Strategy } from './schedule.ts';
import type { Draws } from './draws.ts';
import { KernelPurpose } from './draws.ts';
import { mix } from './mix.ts';

/** Who sends what to whom: keys, so that a draw does not depend on how many hosts there are. */
export interface Passage {
  readonly from: number;
  readonly to: number;
  readonly message: number;
}

/** A message waits for so many rounds at most: nothing is put off for ever. */
const MOST_ROUNDS = 8;

/**
 * When a message arrives under a scheduling strategy, in microseconds since the workload began; `dueUs` is when it
 * would arrive without. Latencies drawn one by one seldom bring about an order that is far from the order of
 * sending. Strategies do, and yet each is a function of keys and of time, so that shrinking leaves the rest alone.
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
 * Partial order sampling (POS; Yuan et al. 2018): what is on its way to one receiver gets random priorities, and
 * whoever has to wait gets a new one. A receiver takes its messages in rounds, in an order that is drawn; one of low
 * priority waits for another round.
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
 * How late its messages are at most, in microseconds.
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
    // Who falls is drawn for each sender, not among them: nobody needs to know how many there are.
    if (draws.between(0, ranks - 1, KernelPurpose.Priority, from, i + 1) === 0) rank = ranks + i;
  }
  return rank * stepUs;
}

/** Links hold what comes for a while and then give it all at once. */
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
