import { CRUCIBLE_DEFAULTS } from '../../model/configuration/configuration.ts';
import { findDefect } from '../../impl/simulated/defects/index.ts';
import { SUPPLIES } from '../minimiser/size.ts';

/**
 * What a shrunk plan keeps of the properties that a search for the bug gives it: else it might fail in a way that has
 * nothing to do with the bug. What runs out may do so sooner.
 */
export function pinnedForDefect(slug: string): readonly string[] {
  const supplies: readonly string[] = SUPPLIES;
  const needed = Object.keys(findDefect(slug)?.needs?.configuration ?? {});
  return [...Object.keys(CRUCIBLE_DEFAULTS), ...needed.filter((property) => !supplies.includes(property))];
}
