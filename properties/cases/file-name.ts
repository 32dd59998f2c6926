import { hex, keyOf } from '../../impl/simulated/kernel/mix.ts';

/**
 * A part of a failure class as part of a file's name, at most so many characters of it. Where that is not all of the failure class, a
 * key of the whole follows: two failure classes have two names.
 */
export function fileNameOf(part: string, failureClass: string, atMost: number): string {
  const name = dashed(dashed(part).slice(0, atMost));
  return name === dashed(failureClass) ? name : `${name}-${hex(keyOf(failureClass)).slice(0, 4)}`;
}

function dashed(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
