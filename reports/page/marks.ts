/** Colours are classes, and never alone: an epoch has its number, an API its name and its dashes. */

const COLOURS = 6;

export function epochClass(leaderEpoch: number | null): string {
  return leaderEpoch === null || leaderEpoch < 0 ? 'epoch-none' : `epoch-${leaderEpoch % COLOURS}`;
}

const KNOWN_APIS = ['Produce', 'Fetch', 'AlterPartition', 'Metadata', 'ListOffsets', 'OffsetsForLeaderEpoch'];

/** The same for the same API on every page; the last one is for all others. */
export function apiClass(api: string): string {
  const known = KNOWN_APIS.indexOf(api);
  return `api-${known < 0 ? KNOWN_APIS.length : known}`;
}
