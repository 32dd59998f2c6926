import { brokenPromises, compare, finalLog } from './account.ts';
import { scenario } from './scenario.ts';
import { severalInFlight } from './several-in-flight.ts';

export const fiveInFlightKeepTheirOrder = scenario({
  name: 'five-in-flight-keep-their-order',
  theme: 'Producers that send again',
  title: 'Five requests are in flight, the first is refused, and a later one does not overtake it',
  teaches:
    'With enable.idempotence=true up to five requests may be in flight (KAFKA-5494). A leader takes the batches of a producer in the order of their sequence numbers: what comes before its predecessor is refused with OUT_OF_ORDER_SEQUENCE_NUMBER and sent again. Five is how many batches a broker remembers of each producer and partition, so that it can tell each of those in flight from a new one.',
  outcome:
    'v2 is refused with NOT_ENOUGH_REPLICAS, and the log has v2 to v7 in the order in which they were sent.',
  story: severalInFlight(5),
  judge: (result) => [
    ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7']),
    ...compare('v2 was refused at first', (result.probes['not-enough-replicas'] ?? 0) > 0, true),
    ...compare('something came out of order', (result.probes['producer-batch-refused'] ?? 0) > 0, true),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
