import type { Defect } from './defect.ts';

export const clientBufferReusedWhileInFlight: Defect = {
  slug: 'client_buffer_reused_while_in_flight',
  ids: ['KAFKA-19012', 'KAFKA-17862'],
  title: 'A producer refills the buffer of a batch while its request is on the wire',
  versions: 'since 2.8.0',
  breaks: 'committed reads: a record is in a partition to which no client sent it',
  how:
    'A broker is slow, and the producer gives up a batch whose request is on its way. The buffer returns to the ' +
    'pool, and the next batch, for another partition, is written into it. The request carries the new content: ' +
    'records of one partition under the header of another.',
  rules: { freesBufferInFlight: () => true },
  needs: { directedScenario: 'expires-on-the-wire' },
};
