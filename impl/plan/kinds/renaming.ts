/** Gives hosts new names; null takes a host away. */
export type Renaming = (host: string) => string | null;

/** The new names of the hosts that remain, each once. */
export function renameAll(hosts: readonly string[], rename: Renaming): string[] {
  return [...new Set(hosts.flatMap((host) => rename(host) ?? []))];
}

/** Null if an end is taken away or both ends become one host. */
export function renameEnds(
  ends: { from: string; to: string },
  rename: Renaming,
): { from: string; to: string } | null {
  const [from, to] = [rename(ends.from), rename(ends.to)];
  return from === null || to === null || from === to ? null : { from, to };
}
