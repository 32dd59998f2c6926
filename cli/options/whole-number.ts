import { BadInput } from '../../properties/cases/bad-input.ts';

/** @throws BadInput unless the text is a whole number from `min` to `max`, both inclusive. */
export function parseWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new BadInput(`expected a whole number from ${min} to ${max}, found ${JSON.stringify(text)}`);
  };
}
