/**
 * A state that the implementation takes for impossible. A search reports it as a finding of its own kind: it is
 * neither a broken guarantee of Kafka nor an error of the harness.
 */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

type Detail = number | string | boolean | null;

/**
 * Checks a precondition, a postcondition or an invariant; always on. The values are appended to the message only
 * when the check fails, so that a check which holds allocates nothing:
 * `assert(start <= end, 'the log start is not above the log end', start, end)`.
 * @param expectation the statement that must hold, in words
 * @throws AssertionFailed
 */
export function assert(
  holds: boolean,
  expectation: string,
  first?: Detail,
  second?: Detail,
  third?: Detail,
): asserts holds {
  if (!holds) throw failure(expectation, [first, second, third]);
}

function failure(expectation: string, details: readonly (Detail | undefined)[]): AssertionFailed {
  const values = details.filter((detail) => detail !== undefined).map(String);
  const shown = values.length === 0 ? '' : ` (${values.join(', ')})`;
  return new AssertionFailed(`assertion failed: ${expectation}${shown}`);
}
