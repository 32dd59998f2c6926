import type { Defect } from './defect.ts';

export const appendAfterIoError: Defect = {
  slug: 'append_after_io_error',
  ids: ['KAFKA-10778'],
  title: 'A broker appends to a log after an I/O error',
  versions: 'before 2.8.0',
  breaks: 'one log: an acknowledged record is gone from a replica that lost neither power nor disk',
  how:
    'An append fails half way. Another thread takes the log directory offline some time later; until then the ' +
    'broker appends behind the half batch, and those records are replicated and acknowledged. Recovery ' +
    'truncates the log at the half batch.',
  rules: { mayWriteAfterIoError: () => true },
};
