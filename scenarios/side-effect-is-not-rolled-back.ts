import { brokenPromises, compare, endOf, finallyCommitted } from './account.ts';
import { scenario } from './scenario.ts';
import { abort, begin, initTransactions, producer, sendBy, TOPIC } from './story.ts';

const MAIL = 'mail-server';

export const sideEffectIsNotRolledBack = scenario({
  name: 'side-effect-is-not-rolled-back',
  theme: 'What transactions do not give',
  title: 'An application sends a mail within its transaction and aborts: the mail has gone out',
  teaches:
    'A transaction holds what goes through its own producer, and nothing else: neither a mail, nor a call of another service, nor a record of another producer in the same process. (The mail server is played by a topic to which a producer without transactions writes.) What must not happen for an aborted transaction has to be done by somebody who reads its committed records.',
  outcome: 'v3 is aborted and nobody sees it; the mail about it is there.',
  story: {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2, 'isolation.level': 'read_committed' },
    topics: [TOPIC, MAIL].map((name) => ({ name, partitions: 1, replicationFactor: 3 })),
    clients: [producer('application', 'shop'), producer('mailer')],
    steps: [
      initTransactions(1, 1_000, 'application'),
      begin(2, 3_000, 'application'),
      sendBy('application', 3, 3_000),
      sendBy('mailer', 4, 3_500, { topic: MAIL, payload: 'mail about v3' }),
      abort(5, 4_000, 'application'),
    ],
  },
  judge: (result) => [
    ...compare('the abort', endOf(result, 5), 'ok'),
    ...compare('orders', finallyCommitted(result), []),
    ...compare('mails', finallyCommitted(result, MAIL), ['mail about v3 #4']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
