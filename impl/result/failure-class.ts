/** The class of a failure: two failures of one class count as one finding. */
import type { Violation } from '../../model/guarantee.ts';
import { primaryViolation } from './primary-violation.ts';
import type { RunResult } from './run-result.ts';

/**
 * Returns the failure class of a run: the guarantee and the anomaly of its primary violation, the kind of place, and
 * the reason if the configuration does not promise the guarantee. Without that reason a bug would shrink to a
 * configuration that promises nothing. A run that used up its budget of events has the class `budget`. Null for a run
 * that passed.
 */
export function failureClassOf(result: Pick<RunResult, 'verdict' | 'violations'>): string | null {
  if (result.verdict === 'passed') return null;
  const primary = primaryViolation(result);
  return primary === null ? 'budget' : failureClassOfViolation(primary);
}

function failureClassOfViolation({ guarantee, anomaly, place, notPromisedBecause }: Violation): string {
  const unpromised =
    notPromisedBecause === undefined ? '' : `, not promised: ${withoutAmounts(notPromisedBecause)}`;
  return `${guarantee} ${anomaly} ${placeKind(place)}${unpromised}`;
}

/** Each run draws its timeouts and numbers of requests: with them, one setting would be as many classes as it has values. */
function withoutAmounts(reason: string): string {
  return reason.replaceAll(/(\.ms|\.connection)=\d+/g, '$1');
}

/** The topic, partition and offset vary by chance; whether the record is in a user's topic or in an internal one does not. */
function placeKind({ topic, offset }: Violation['place']): string {
  const kind = offset === undefined ? 'partition' : 'record';
  return topic.startsWith('__') ? `${topic} ${kind}` : kind;
}

/** Returns the class of a run that threw: the first line of the message, without the numbers and names of this one run. */
export function failureClassOfError(message: string, kind: 'assertion' | 'error' = 'error'): string {
  const said = (message.split('\n')[0] ?? '').replace(/^assertion failed: /, '');
  return `${kind} ${said.replaceAll(/"[^"]*"|'[^']*'/g, '…').replaceAll(/\d+/g, '#')}`;
}
