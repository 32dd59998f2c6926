import { brokenPromises, compare, finalLog, offsetsTold, polled } from './account.ts';
import {
  crashBeforeTheOffsetCommit,
  GROUP_IN_THE_END,
  INVOICES,
  READ_AGAIN,
} from './crash-before-the-offset-commit.ts';
import { scenario } from './scenario.ts';

export const crashBeforeTheOffsetCommitRepeats = scenario({
  name: 'crash-before-the-offset-commit-repeats',
  theme: 'Transactions',
  title: 'An application dies between its write and its offset commit, and its successor writes again',
  teaches:
    'Read, write, commit the offset: the write and the offset are two requests, and a process may die between them. Its successor begins at the committed offset and does the work once more. Idempotence does not help, for the second write is another send of another process. To commit the offset first is no way out: then the crash loses the write.',
  outcome:
    'The group has no offset when the successor asks; v1 is read again, and there are two invoices for it.',
  story: crashBeforeTheOffsetCommit(false),
  judge: (result) => [
    ...compare('the group after the crash', offsetsTold(result, 11), ['orders-0 at none']),
    ...compare('what is read again', polled(result, READ_AGAIN), ['v1']),
    ...compare('the group in the end', offsetsTold(result, GROUP_IN_THE_END), ['orders-0 at 1']),
    ...compare('the invoices', finalLog(result, 0, INVOICES), ['invoice for v1 #5', 'invoice for v1 #14']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
