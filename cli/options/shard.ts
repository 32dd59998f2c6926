import type { Shard } from '../../properties/search/explorer.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';

/** `2/8`: the third of eight. @throws BadInput for what is no shard. */
export function parseShard(text: string): Shard {
  const [, index = NaN, of = NaN] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (index < of) return { index, of };
  throw new BadInput(`expected a shard such as 0/4, 1/4 or 3/4, found ${JSON.stringify(text)}`);
}

export function shardText({ index, of }: Shard): string {
  return `${index}/${of}`;
}
