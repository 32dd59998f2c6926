import { compare, decided, decidedAtMs, brokenPromises, endOf, finalLog, inSync } from './account.ts';
import { scenario } from './scenario.ts';
import { crash, send } from './story.ts';

export const restartWithinTheSessionWaits = scenario({
  name: 'restart-within-the-session-waits',
  theme: 'Brokers and controllers',
  title: 'A broker that is back before anybody missed it has to wait until its old session is over',
  teaches:
    'Two processes that claim the same node.id would ruin each other, and a broker that restarts after a crash looks like the second of them: its incarnation id is new, and the session of the old one is still valid. The controller refuses it with DUPLICATE_BROKER_REGISTRATION, and it tries again. Only when the old session has run out may it register. A broker that has shut down in agreement with the controller is fenced already and need not wait.',
  outcome:
    'Broker 3 is back after one second, is refused until its session has run out, and is then registered; no promise is broken.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2 },
    expect: ['no-loss'],
    steps: [send(1, 2_500), crash('broker-3', 3_000, 1_000), send(2, 20_000)],
  },
  judge: (result) => [
    ...compare(
      'broker 3 is refused at first',
      decidedAtMs(result, 'duplicate-registration-refused', 3) < 4_200,
      true,
    ),
    ...compare('sessions that ran out', decided(result, 'broker-session-expired'), [3]),
    ...compare(
      'it is registered after that',
      decidedAtMs(result, 'broker-registered', 3) > decidedAtMs(result, 'broker-session-expired', 3),
      true,
    ),
    ...compare('the replicas in sync', inSync(result), ['1,2,3', '1,2', '1,2,3']),
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the final log', finalLog(result), ['v1', 'v2']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
