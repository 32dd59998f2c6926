/** Judges histories that tests write by hand. */
import {
  type ConfigurationValues,
  CRUCIBLE_DEFAULTS,
  resolveConfiguration,
} from '../../configuration/configuration.ts';
import type { GuaranteeId, Violation } from '../../guarantee.ts';
import type { HistoryBuilder } from '../../history/testing/history-builder.ts';
import { judge } from '../../reference-model.ts';

type Judge<Found> = (
  history: HistoryBuilder,
  values?: ConfigurationValues,
  expected?: readonly GuaranteeId[],
) => readonly Found[];

interface Judging {
  /** The violations of the guarantee. */
  readonly violations: Judge<Violation>;
  /** The anomalies of the guarantee. */
  readonly anomalies: Judge<string>;
  readonly violationsOfAll: Judge<Violation>;
  readonly anomaliesOfAll: Judge<string>;
}

/** `defaults` are properties of every configuration, in addition to the harness's own. */
export function judging(guarantee: GuaranteeId, defaults: ConfigurationValues = {}): Judging {
  const violationsOfAll: Judge<Violation> = (history, values = {}, expected = []) => {
    const configuration = resolveConfiguration({ ...CRUCIBLE_DEFAULTS, ...defaults, ...values });
    return judge(history.events, { configuration, expect: expected });
  };
  const violations: Judge<Violation> = (...judged) =>
    violationsOfAll(...judged).filter((violation) => violation.guarantee === guarantee);
  return {
    violations,
    violationsOfAll,
    anomalies: (...judged) => violations(...judged).map(({ anomaly }) => anomaly),
    anomaliesOfAll: (...judged) => violationsOfAll(...judged).map(({ anomaly }) => anomaly),
  };
}
