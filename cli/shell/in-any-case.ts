/**
 * Does one thing after the other, also when one of them fails: a disk that refuses one report must not cost the others.
 * @throws in the end what was thrown first
 */
export async function eachInAnyCase(...actions: readonly (() => void | Promise<void>)[]): Promise<void> {
  const problems: unknown[] = [];
  for (const action of actions) {
    try {
      await action();
    } catch (error) {
      problems.push(error);
    }
  }
  if (problems.length > 0) throw problems[0];
}
