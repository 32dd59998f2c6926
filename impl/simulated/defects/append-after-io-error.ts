import type { Defect } from './defect.ts';

export const appendAfterIoError: Defect = {
  slug: 'append_after_io_error',
  ids: ['KAFKA-10778'],
  title: 'A log is appended to after an I/O error',
  versions: 'before 2.8.0',
  breaks: 'one log: a record that was acknowledged is gone from a replica that lost neither power nor disk',
  how:
    'An append fails half way. The log directory is taken offline by another thread, some time later; until then ' +
    'appends go on behind the half batch, are copied and acknowledged. Recovery cuts the log off at the half batch.',
  rules: { mayWriteAfterIoError: () => true },
};
