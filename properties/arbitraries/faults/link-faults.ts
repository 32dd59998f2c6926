/** Faults of the network between two hosts. The pattern matters more than the numbers, so it is drawn first. */
import type { Fault } from '../../../impl/plan/plan.ts';
import type { FaultTargets, FaultRecipe } from './fault-recipe.ts';
import { pick, pickWeighted } from '../draws/pick.ts';

type Without<Kind extends Fault['kind']> = Omit<Extract<Fault, { kind: Kind }>, 'id' | 'at'>;

interface Link {
  readonly from: string;
  readonly to: string;
}

/** A broker and a host that it talks to (another broker, a controller or a client), in either order. */
export function linkOf(recipe: FaultRecipe, targets: FaultTargets): Link {
  const broker = pick(targets.brokers, recipe.victim);
  const others = targets.brokers.filter((name) => name !== broker);
  const peers = [...others, ...others, ...targets.controllers, ...targets.clients];
  const peer = pick(peers, recipe.peer);
  return recipe.variant % 2 === 0 ? { from: broker, to: peer } : { from: peer, to: broker };
}

type Cut = 'one-pair' | 'from-controller' | 'from-brokers' | 'isolated' | 'split' | 'from-client' | 'quorum';

/**
 * Most cuts leave a broker alive for some hosts and dead for others, which is what fencing is for (KIP-320, KIP-841):
 * without the controller it goes on serving, without its followers it goes on leading.
 */
const CUTS: readonly (readonly [Cut, number])[] = [
  ['from-controller', 25],
  ['one-pair', 20],
  ['from-brokers', 20],
  ['isolated', 15],
  ['split', 10],
  ['from-client', 10],
];

/** With several controllers many of the cuts run between them. */
const CUTS_IN_QUORUM: typeof CUTS = [...CUTS, ['quorum', 40]];

export function partitionFault(recipe: FaultRecipe, targets: FaultTargets): Without<'partition'> {
  const [side, other] = sidesOf(
    pickWeighted(targets.controllers.length > 1 ? CUTS_IN_QUORUM : CUTS, recipe.flavour),
    recipe,
    targets,
  );
  const oneWay = recipe.variant % 10 < 5;
  const turned = oneWay && recipe.variant % 2 === 1;
  return {
    kind: 'partition',
    side: turned ? other : side,
    other: turned ? side : other,
    direction: oneWay ? 'side-to-other' : 'both',
    effect: recipe.amountMs % 4 === 3 ? 'hold' : 'lose',
    forMs: recipe.forMs,
  };
}

function sidesOf(cut: Cut, recipe: FaultRecipe, targets: FaultTargets): [string[], string[]] {
  const broker = pick(targets.brokers, recipe.victim);
  const others = targets.brokers.filter((name) => name !== broker);
  switch (cut) {
    case 'from-controller':
      return [[broker], someControllers(recipe, targets)];
    case 'one-pair':
      return [[broker], [others.length > 0 ? pick(others, recipe.peer) : controllerOf(recipe, targets)]];
    case 'from-brokers':
      return [[broker], others.length > 0 ? others : targets.controllers.slice()];
    case 'isolated':
      return [[broker], [...others, ...targets.controllers, ...targets.clients]];
    case 'split':
      return splitSides(broker, others, recipe, targets);
    case 'quorum':
      return quorumSides(recipe, targets);
    case 'from-client':
      return [[broker], [pick(targets.clients, recipe.peer)]];
  }
}

function controllerOf(recipe: FaultRecipe, targets: FaultTargets): string {
  return pick(targets.controllers, recipe.peer);
}

/** All controllers, or one: then the broker must find another one. */
function someControllers(recipe: FaultRecipe, targets: FaultTargets): string[] {
  return recipe.peer % 2 === 0 ? [...targets.controllers] : [controllerOf(recipe, targets)];
}

/**
 * A broker with the clients on one side, the other brokers with the controllers on the other; the broker may keep one
 * controller of a quorum.
 */
function splitSides(
  broker: string,
  others: readonly string[],
  recipe: FaultRecipe,
  targets: FaultTargets,
): [string[], string[]] {
  const kept = targets.controllers.length > 1 && recipe.peer % 2 === 0 ? [controllerOf(recipe, targets)] : [];
  const rest = targets.controllers.filter((controller) => !kept.includes(controller));
  return [
    [broker, ...kept, ...targets.clients],
    [...others, ...rest],
  ];
}

/** One controller is cut off from the others, and perhaps from some brokers. */
function quorumSides(recipe: FaultRecipe, targets: FaultTargets): [string[], string[]] {
  const controller = pick(targets.controllers, recipe.victim);
  const rest = targets.controllers.filter((other) => other !== controller);
  const broker = pick(targets.brokers, recipe.peer);
  const others = targets.brokers.filter((name) => name !== broker);
  switch (recipe.peer % 4) {
    case 0:
      return [[controller], [...rest, ...targets.brokers]];
    case 1:
      return [
        [controller, broker],
        [...rest, ...others],
      ];
    case 2:
      return [[controller], [pick(rest, recipe.peer)]];
    default:
      return [[controller], rest];
  }
}

type Ends = 'replica' | 'leader-controller' | 'client' | 'quorum';

interface Message {
  readonly api: string;
  readonly ends: Ends;
}

/** Replication first: one late fetch response is half of the loss of KAFKA-1211. */
const MESSAGES: readonly (readonly [Message, number])[] = [
  [{ api: 'Fetch', ends: 'replica' }, 40],
  [{ api: 'AlterPartition', ends: 'leader-controller' }, 14],
  [{ api: 'Produce', ends: 'client' }, 12],
  [{ api: 'FetchMetadata', ends: 'leader-controller' }, 10],
  [{ api: 'BrokerHeartbeat', ends: 'leader-controller' }, 7],
  [{ api: 'BrokerRegistration', ends: 'leader-controller' }, 4],
  [{ api: 'Fetch', ends: 'client' }, 5],
  [{ api: 'Metadata', ends: 'client' }, 3],
  [{ api: 'ListOffsets', ends: 'client' }, 2],
  [{ api: 'OffsetsForLeaderEpoch', ends: 'client' }, 3],
];

const MESSAGES_IN_QUORUM: typeof MESSAGES = [
  ...MESSAGES,
  [{ api: 'FetchQuorum', ends: 'quorum' }, 20],
  [{ api: 'Vote', ends: 'quorum' }, 8],
  [{ api: 'BeginQuorumEpoch', ends: 'quorum' }, 4],
  [{ api: 'EndQuorumEpoch', ends: 'quorum' }, 2],
  [{ api: 'FetchSnapshot', ends: 'quorum' }, 3],
];

export function messageFault(recipe: FaultRecipe, targets: FaultTargets): Without<'message'> {
  const { api, ends } = pickWeighted(
    targets.controllers.length > 1 ? MESSAGES_IN_QUORUM : MESSAGES,
    recipe.flavour,
  );
  const asker = askerOf(ends, api, recipe, targets);
  const answerer = answererOf(ends, asker, recipe, targets);
  const isResponse = recipe.variant % 2 === 0;
  return {
    kind: 'message',
    effect: recipe.variant % 10 < 7 ? 'delay' : 'lose',
    from: isResponse ? answerer : asker,
    to: isResponse ? asker : answerer,
    api,
    type: isResponse ? 'response' : 'request',
    delayMs: recipe.variant % 10 < 7 ? recipe.amountMs : 0,
  };
}

function askerOf(ends: Ends, api: string, recipe: FaultRecipe, targets: FaultTargets): string {
  if (ends === 'quorum') return pick(targets.controllers, recipe.victim);
  if (ends !== 'client') return pick(targets.brokers, recipe.victim);
  const role = api === 'Produce' ? 'producer' : api === 'Metadata' ? '' : 'consumer';
  return pick(
    targets.clients.filter((name) => name.startsWith(role)),
    recipe.victim,
  );
}

function answererOf(ends: Ends, asker: string, recipe: FaultRecipe, targets: FaultTargets): string {
  if (ends === 'leader-controller') return controllerOf(recipe, targets);
  const others = (ends === 'quorum' ? targets.controllers : targets.brokers).filter((name) => name !== asker);
  return others.length > 0 ? pick(others, recipe.peer) : controllerOf(recipe, targets);
}
