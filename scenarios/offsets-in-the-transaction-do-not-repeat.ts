import { brokenPromises, compare, finallyCommitted, offsetsTold, polled } from './account.ts';
import {
  crashBeforeTheOffsetCommit,
  GROUP_IN_THE_END,
  INVOICES,
  READ_AGAIN,
} from './crash-before-the-offset-commit.ts';
import { scenario } from './scenario.ts';

export const offsetsInTheTransactionDoNotRepeat = scenario({
  name: 'offsets-in-the-transaction-do-not-repeat',
  theme: 'Transactions',
  title: 'With the offset in the transaction of the write, the same crash leaves one invoice',
  teaches:
    'The same story as crash-before-the-offset-commit-repeats with a transaction (KIP-98, KIP-447). sendOffsetsToTransaction makes the offset a part of it: the write and the offset are committed together or not at all. The successor takes the transactional.id over, which aborts both, and does the work again. Who reads the invoices has to ask for isolation.level=read_committed.',
  outcome: 'The first invoice is aborted with its offset; v1 is read again, and there is one invoice for it.',
  story: crashBeforeTheOffsetCommit(true),
  judge: (result) => [
    ...compare('the group after the crash', offsetsTold(result, 11), ['orders-0 at none']),
    ...compare('what is read again', polled(result, READ_AGAIN), ['v1']),
    ...compare('the group in the end', offsetsTold(result, GROUP_IN_THE_END), ['orders-0 at 1']),
    ...compare('the invoices', finallyCommitted(result, INVOICES), ['invoice for v1 #14']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
