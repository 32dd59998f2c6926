import { brokenPromises, compare, finalLog } from './account.ts';
import { scenario } from './scenario.ts';
import { severalInFlight } from './several-in-flight.ts';

export const sixInFlightChangeTheirOrder = scenario({
  name: 'six-in-flight-change-their-order',
  theme: 'Producers that send again',
  title:
    'With six requests in flight a producer loses idempotence without a word, and its records change places',
  teaches:
    'A broker remembers five batches of a producer, so idempotence cannot be had with more than five requests in flight. Who asks for both is refused; who only sets max.in.flight.requests.per.connection=6 gets a producer without idempotence (KIP-679). Then a batch that is refused and sent again comes after those that were in flight with it.',
  outcome: 'v6 and v7 were sent last and are stored before v2 to v5; the order of sends was not promised.',
  story: { ...severalInFlight(6), expect: ['idempotent-producer'] },
  judge: (result) => [
    ...compare('the first of the final log', finalLog(result).slice(0, 3), ['v1', 'v6', 'v7']),
    ...compare('the rest of it', finalLog(result).slice(3).toSorted(), ['v2', 'v3', 'v4', 'v5']),
    ...compare(
      'the order of sends is broken, and was not promised',
      brokenPromises(result).every((promise) => promise.startsWith('nonmonotonic-send')) &&
        brokenPromises(result).length > 0,
      true,
    ),
  ],
});
