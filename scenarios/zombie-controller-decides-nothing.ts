import {
  activeControllers,
  brokenPromises,
  compare,
  decided,
  endedAtMs,
  endOf,
  finalLog,
  leaders,
} from './account.ts';
import { scenario } from './scenario.ts';
import { CUT_OFF_AT_MS, CUT_OFF_FOR_MS, zombieController } from './zombie-controller.ts';

export const zombieControllerDecidesNothing = scenario({
  name: 'zombie-controller-decides-nothing',
  theme: 'Brokers and controllers',
  title: 'A controller that lost its majority decides in vain, resigns, and forgets what was never committed',
  teaches:
    'Controller 1 is cut off from the other two, while all brokers still reach it. It notices that broker 1 is dead and fences it; but nobody copies the record, so it is not committed, and no broker is told. After controller.quorum.fetch.timeout.ms the others elect a new leader in a later epoch. For a moment two controllers believe to be active, which does no harm: only one of them can commit. The old one resigns when no majority has fetched from it for one and a half times that long (check quorum, KAFKA-15489), answers NOT_CONTROLLER from then on, and brokers move to the new one. When the network heals it drops what it had written in vain.',
  outcome:
    'The new controller elects broker 2 while the old one is still cut off, v2 is accepted, and what the old one wrote is dropped.',
  story: zombieController([]),
  judge: (result) => {
    const [active, ...others] = activeControllers(result, CUT_OFF_AT_MS);
    return [
      ...compare('who led the quorum', activeControllers(result).at(-2), 'controller-1'),
      ...compare(
        'another controller is active',
        active === 'controller-2' || active === 'controller-3',
        true,
      ),
      ...compare('and nobody after it', others, []),
      ...compare('the old one resigns', decided(result, 'quorum-leader-resigned', CUT_OFF_AT_MS).length, 1),
      ...compare(
        'two controllers fenced broker 1',
        decided(result, 'broker-fenced', CUT_OFF_AT_MS).filter((broker) => broker === 1).length,
        2,
      ),
      ...compare(
        'what the old one wrote is dropped',
        decided(result, 'quorum-log-truncated', CUT_OFF_AT_MS + CUT_OFF_FOR_MS).length,
        1,
      ),
      ...compare('v2 need not wait', endedAtMs(result, 2) < CUT_OFF_AT_MS + CUT_OFF_FOR_MS, true),
      ...compare('the leaders', leaders(result), [1, 2]),
      ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
      ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
      ...compare('broken promises', brokenPromises(result), []),
    ];
  },
});
