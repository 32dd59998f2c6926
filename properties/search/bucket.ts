/** What a failure is called when failures are told apart: two in one bucket are one finding. */
import { hex, keyOf } from '../../impl/simulated/kernel/mix.ts';
import type { RunResult } from '../../impl/result/run-result.ts';
import type { Violation } from '../../model/guarantee.ts';
import { primaryViolation } from '../../reports/analysis/failure-report.ts';

/**
 * The bucket of a run: the guarantee and the anomaly of its leading violation, what kind of place it is about, and
 * why the promise was not made, if it was not: else a bug would shrink to a configuration that promises nothing.
 * A run that did not come to rest is in the bucket `budget`. Null for a run that passed.
 */
export function bucketOf(result: RunResult): string | null {
  if (result.verdict === 'passed') return null;
  const leading = primaryViolation(result);
  return leading === null ? 'budget' : bucketOfViolation(leading);
}

function bucketOfViolation({ guarantee, anomaly, place, notPromisedBecause }: Violation): string {
  const unpromised =
    notPromisedBecause === undefined ? '' : `, not promised: ${withoutAmounts(notPromisedBecause)}`;
  return `${guarantee} ${anomaly} ${placeKind(place)}${unpromised}`;
}

/** How long, and how many requests, is drawn for each run: one setting would be as many failures as it has values. */
function withoutAmounts(reason: string): string {
  return reason.replaceAll(/(\.ms|\.connection)=\d+/g, '$1');
}

/** Which topic, partition and offset is chance; whether it is a record of somebody's or of Kafka's own topics is not. */
function placeKind({ topic, offset }: Violation['place']): string {
  const kind = offset === undefined ? 'partition' : 'record';
  return topic.startsWith('__') ? `${topic} ${kind}` : kind;
}

/** The bucket of a harness that throws: what it says, without the numbers and names of this one run. */
export function bucketOfError(message: string, kind: 'assertion' | 'error' = 'error'): string {
  const said = (message.split('\n')[0] ?? '').replace(/^assertion failed: /, '');
  return `${kind} ${said.replaceAll(/"[^"]*"|'[^']*'/g, '…').replaceAll(/\d+/g, '#')}`;
}

/**
 * A part of a bucket as part of a file's name, at most so many characters of it. Where that is not all of the bucket, a
 * key of the whole follows: two buckets have two names.
 */
export function fileNameOf(part: string, bucket: string, atMost: number): string {
  const name = dashed(dashed(part).slice(0, atMost));
  return name === dashed(bucket) ? name : `${name}-${hex(keyOf(bucket)).slice(0, 4)}`;
}

function dashed(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
