import { expect, test } from 'vitest';

import { decideRegistration } from './broker-registration.ts';

const KNOWN = { incarnationId: 100, brokerEpoch: 7, hasValidSession: false, inControlledShutdown: false };

test.each([
  {
    why: 'an unknown broker',
    known: undefined,
    incarnation: 100,
    previous: -1,
    decision: 'new-after-clean-shutdown',
  },
  {
    why: 'the same incarnation retries after a lost response',
    known: { ...KNOWN, hasValidSession: true },
    incarnation: 100,
    previous: -1,
    decision: 'keep',
  },
  {
    why: 'a second process while the session of the first is valid',
    known: { ...KNOWN, hasValidSession: true },
    incarnation: 200,
    previous: 7,
    decision: 'refuse',
  },
  {
    why: 'a second process while the first is in controlled shutdown',
    known: { ...KNOWN, hasValidSession: true, inControlledShutdown: true },
    incarnation: 200,
    previous: 7,
    decision: 'new-after-clean-shutdown',
  },
  {
    why: 'after a clean shutdown',
    known: KNOWN,
    incarnation: 200,
    previous: 7,
    decision: 'new-after-clean-shutdown',
  },
  {
    why: 'after a crash',
    known: KNOWN,
    incarnation: 200,
    previous: -1,
    decision: 'new-after-unclean-shutdown',
  },
  {
    why: 'with the epoch of an older clean shutdown (KAFKA-15586)',
    known: KNOWN,
    incarnation: 200,
    previous: 6,
    decision: 'new-after-unclean-shutdown',
  },
])('$why: $decision', ({ known, incarnation, previous, decision }) => {
  expect(decideRegistration(known, incarnation, previous)).toBe(decision);
});
