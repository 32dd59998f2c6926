import { InvalidArgumentError } from 'commander';

import { BadInput } from '../../properties/cases/bad-input.ts';

/** A parser whose complaints commander completes with the name of the option. */
export function argument<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof BadInput) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}
