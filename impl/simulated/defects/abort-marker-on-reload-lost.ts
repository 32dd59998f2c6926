import type { Defect } from './defect.ts';

export const abortMarkerOnReloadLost: Defect = {
  slug: 'abort_marker_on_reload_lost',
  ids: ['KAFKA-9307', 'KAFKA-9065'],
  title: 'a new coordinator does not send the markers that are missing',
  versions: 'before 2.5.0',
  breaks: 'progress: a transaction whose outcome is decided is open for ever',
  how: 'The coordinator goes when it has written what becomes of the transaction, and before all markers are written. The next one reads the log, and does nothing.',
  rules: { resendsMarkersOnLoad: () => false },
  needs: { transactions: true },
};
