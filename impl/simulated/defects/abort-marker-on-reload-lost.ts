import type { Defect } from './defect.ts';

export const abortMarkerOnReloadLost: Defect = {
  slug: 'abort_marker_on_reload_lost',
  ids: ['KAFKA-9307', 'KAFKA-9065'],
  title: 'A new transaction coordinator does not send the markers that are missing',
  versions: 'before 2.5.0',
  breaks: 'progress: a transaction whose outcome is decided stays open for ever',
  how:
    'A coordinator writes the outcome of a transaction and fails before all markers are written. The ' +
    'coordinator that takes over reads the log and does not send the missing markers.',
  rules: { resendsMarkersOnLoad: () => false },
  needs: { transactions: true },
};
