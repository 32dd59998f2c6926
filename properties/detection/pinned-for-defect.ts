import { CRUCIBLE_DEFAULTS } from '../../model/configuration/configuration.ts';
import { findDefect } from '../../impl/simulated/defects/index.ts';
import { SUPPLIES } from '../minimiser/size.ts';

/**
 * Returns the properties that shrinking keeps in a plan that shows the bug: without them the plan might fail in a way
 * that has nothing to do with the bug. Supplies, such as the range of producer epochs, may still be made smaller.
 */
export function pinnedForDefect(slug: string): readonly string[] {
  const supplies: readonly string[] = SUPPLIES;
  const needed = Object.keys(findDefect(slug)?.needs?.configuration ?? {});
  return [...Object.keys(CRUCIBLE_DEFAULTS), ...needed.filter((property) => !supplies.includes(property))];
}
