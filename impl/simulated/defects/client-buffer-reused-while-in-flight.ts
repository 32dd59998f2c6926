import type { Defect } from './defect.ts';

export const clientBufferReusedWhileInFlight: Defect = {
  slug: 'client_buffer_reused_while_in_flight',
  ids: ['KAFKA-19012', 'KAFKA-17862'],
  title: 'The buffer of a batch is filled anew while its request is on the wire',
  versions: 'since 2.8.0',
  breaks: 'committed reads: a record lies in a partition to which nobody sent it',
  how:
    'A broker is slow, and a batch is given up while its request is on the way there. Its buffer goes back to the ' +
    'pool, and the next batch, to another partition, is written into it. The request takes along what it finds: ' +
    'records of the one partition under the header of the other.',
  rules: { freesBufferInFlight: () => true },
  needs: { directedScenario: 'expires-on-the-wire' },
};
