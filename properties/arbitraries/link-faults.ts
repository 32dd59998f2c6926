/** What can go wrong between two hosts. The pattern decides more than the numbers: it is drawn first. */
import type { Fault } from '../../impl/plan.ts';
import { type Battlefield, CONTROLLER, type FaultRecipe } from './fault-recipe.ts';
import { pick, pickWeighted } from './pick.ts';

type Without<Kind extends Fault['kind']> = Omit<Extract<Fault, { kind: Kind }>, 'id' | 'at'>;

interface Link {
  readonly from: string;
  readonly to: string;
}

/** A broker and one that it talks to: another broker, the controller, or a client; either may come first. */
export function linkOf(recipe: FaultRecipe, field: Battlefield): Link {
  const broker = pick(field.brokers, recipe.victim);
  const others = field.brokers.filter((name) => name !== broker);
  const peers = [...others, ...others, CONTROLLER, ...field.clients];
  const peer = pick(peers, recipe.peer);
  return recipe.variant % 2 === 0 ? { from: broker, to: peer } : { from: peer, to: broker };
}

type Cut = 'one-pair' | 'from-controller' | 'from-brokers' | 'isolated' | 'split' | 'from-client';

/**
 * Most cuts leave a broker alive for some and dead for others, which is what fencing is for (KIP-320,
 * KIP-841): without the controller it goes on serving, without its followers it goes on leading.
 */
const CUTS: readonly (readonly [Cut, number])[] = [
  ['from-controller', 25],
  ['one-pair', 20],
  ['from-brokers', 20],
  ['isolated', 15],
  ['split', 10],
  ['from-client', 10],
];

export function partitionFault(recipe: FaultRecipe, field: Battlefield): Without<'partition'> {
  const [side, other] = sidesOf(pickWeighted(CUTS, recipe.flavour), recipe, field);
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

function sidesOf(cut: Cut, recipe: FaultRecipe, field: Battlefield): [string[], string[]] {
  const broker = pick(field.brokers, recipe.victim);
  const others = field.brokers.filter((name) => name !== broker);
  switch (cut) {
    case 'from-controller':
      return [[broker], [CONTROLLER]];
    case 'one-pair':
      return [[broker], [others.length > 0 ? pick(others, recipe.peer) : CONTROLLER]];
    case 'from-brokers':
      return [[broker], others.length > 0 ? others : [CONTROLLER]];
    case 'isolated':
      return [[broker], [...others, CONTROLLER, ...field.clients]];
    case 'split':
      return [
        [broker, ...field.clients],
        [...others, CONTROLLER],
      ];
    case 'from-client':
      return [[broker], [pick(field.clients, recipe.peer)]];
  }
}

type Ends = 'replica' | 'leader-controller' | 'client';

interface Message {
  readonly api: string;
  readonly ends: Ends;
}

/** Replication first: a single late answer to a fetch is half of the loss of KAFKA-1211. */
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

export function messageFault(recipe: FaultRecipe, field: Battlefield): Without<'message'> {
  const { api, ends } = pickWeighted(MESSAGES, recipe.flavour);
  const asker = askerOf(ends, api, recipe, field);
  const answerer = answererOf(ends, asker, recipe, field);
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

function askerOf(ends: Ends, api: string, recipe: FaultRecipe, field: Battlefield): string {
  if (ends !== 'client') return pick(field.brokers, recipe.victim);
  const role = api === 'Produce' ? 'producer' : api === 'Metadata' ? '' : 'consumer';
  return pick(
    field.clients.filter((name) => name.startsWith(role)),
    recipe.victim,
  );
}

function answererOf(ends: Ends, asker: string, recipe: FaultRecipe, field: Battlefield): string {
  if (ends === 'leader-controller') return CONTROLLER;
  const others = field.brokers.filter((name) => name !== asker);
  return others.length > 0 ? pick(others, recipe.peer) : CONTROLLER;
}
