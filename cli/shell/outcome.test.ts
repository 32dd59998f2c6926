import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';

import { ConfigurationError } from '../../model/configuration/configuration.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { outcomeOf } from './outcome.ts';

describe('outcomeOf', () => {
  test('bad input is 2 and its message alone', () => {
    expect(outcomeOf(new BadInput('plan.json: there is no such file'))).toEqual({
      exitCode: 2,
      text: 'plan.json: there is no such file\n',
    });
    expect(outcomeOf(new ConfigurationError('acks', 'acks must be all'))).toMatchObject({ exitCode: 2 });
  });

  test('a mistyped command line is 2 as well, and a wish for help is 0; commander has said the rest', () => {
    expect(outcomeOf(new CommanderError(1, 'commander.unknownOption', 'no'))).toEqual({
      exitCode: 2,
      text: '',
    });
    expect(outcomeOf(new CommanderError(0, 'commander.helpDisplayed', ''))).toEqual({
      exitCode: 0,
      text: '',
    });
  });

  test('anything else is a bug of ours: 70, a request to report it, and the stack', () => {
    const { exitCode, text } = outcomeOf(new TypeError('offset is undefined'));
    expect(exitCode).toBe(70);
    expect(text).toMatch(/Please report it(.|\n)*TypeError: offset is undefined\n {4}at /);
    expect(outcomeOf('a string was thrown')).toMatchObject({ exitCode: 70 });
  });
});
