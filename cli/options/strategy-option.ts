/** `--strategy`, for commands that can choose how a search draws its plans. */
import { Option } from 'commander';

import { DEFAULT_STRATEGY, STRATEGIES } from '../../properties/guidance/strategy.ts';

export function strategyOption(): Option {
  return new Option(
    '--strategy <NAME>',
    'swarm: plans drawn to strike where bugs are known to lie, with some faults off in each; guided: as those, ' +
      'and in time half of them change plans that reached something new; uniform: plans that aim at nothing, to compare with',
  )
    .choices(STRATEGIES)
    .default(DEFAULT_STRATEGY);
}
