/**
 * Every decision of the protocol, as pure functions. The actors around them only carry data. A historical bug is one
 * of these functions replaced by its historical version (see `defects/`).
 */
import * as rulesOfKafka from './kafka-rules.ts';

/** A plain object in one step: V8 keeps a copy of so many properties fast only then, and reads of a rule monomorphic. */
export const kafkaRules = { ...rulesOfKafka };

export type Rules = Readonly<typeof kafkaRules>;

/** Returns the rules of Kafka with some replaced; of two replacements of one rule the later one counts. */
export function rulesWith(changes: readonly Partial<Rules>[]): Rules {
  // Spread, not assigned, for the same reason.
  return changes.reduce<Rules>((rules, change) => ({ ...rules, ...change }), kafkaRules);
}
