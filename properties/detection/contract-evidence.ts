/**
 * Measures the contracts for the table of the README: `npm run contracts [-- RUNS]` runs that many plans for each
 * configuration (default 2000) and writes the table between the markers in README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { resolveConfiguration } from '../../model/configuration/configuration.ts';
import { contractOf } from '../../model/contract/contract.ts';
import { GUARANTEE_IDS, type GuaranteeId } from '../../model/guarantee.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { type PlanOptions, resolveOptions } from '../arbitraries/options.ts';
import { markdownTable } from './markdown-table.ts';

const CONFIGURATIONS: readonly Plan['configuration'][] = [
  {},
  { acks: '1' },
  { acks: '0' },
  { 'min.insync.replicas': 1 },
  { 'unclean.leader.election.enable': true },
  { 'eligible.leader.replicas.version': 0 },
  { 'default.replication.factor': 1, 'min.insync.replicas': 1 },
  { 'transaction.version': 1 },
  { 'transaction.state.log.replication.factor': 1 },
  { 'offsets.topic.replication.factor': 1 },
];

/** Configurations that concern transactions alone are run with transactional plans only. */
function optionsOf(configuration: Plan['configuration']): PlanOptions {
  const names = Object.keys(configuration);
  const transactional = names.some((name) => /^(transaction|offsets)\./.test(name));
  return transactional ? { configuration, transactions: 'always' } : { configuration };
}

interface Evidence {
  /** Runs that broke the guarantee while the contract was in force: a bug of kafka-crucible. */
  broken: number;
  /** Runs that broke the guarantee where the configuration does not promise it, or beyond the faults that it survives. */
  beyond: number;
}

function gather(configuration: Plan['configuration'], runs: number): Map<GuaranteeId, Evidence> {
  const evidence = new Map(GUARANTEE_IDS.map((id) => [id, { broken: 0, beyond: 0 }]));
  for (let index = 0; index < runs; index++) {
    const { violations } = simulate(generatePlan('contracts', index, optionsOf(configuration)));
    for (const [id, found] of evidence) {
      const own = violations.filter(({ guarantee }) => guarantee === id);
      if (own.some(({ notPromisedBecause }) => notPromisedBecause !== undefined)) found.beyond++;
      else if (own.length > 0) found.broken++;
    }
  }
  return evidence;
}

function cell(promised: boolean, { broken, beyond }: Evidence, runs: number): string {
  if (broken > 0) return `**broken: ${broken} of ${runs}**`;
  if (!promised) return `not promised: broken in ${beyond} of ${runs}`;
  return beyond === 0 ? `kept: 0 of ${runs}` : `kept: 0 of ${runs}; beyond its limit ${beyond}`;
}

function row(configuration: Plan['configuration'], runs: number): readonly string[] {
  const resolved = resolveConfiguration(resolveOptions({ configuration }).configuration);
  const { clauses } = contractOf(resolved, resolved['default.replication.factor']);
  const evidence = gather(configuration, runs);
  const name =
    Object.entries(configuration)
      .map(([key, value]) => `\`${key}=${value}\``)
      .join(' ') || 'default';
  const cells = GUARANTEE_IDS.map((id) => {
    const found = evidence.get(id);
    return found === undefined ? '' : cell(clauses[id].notPromisedBecause === null, found, runs);
  });
  return [name, ...cells];
}

const runs = Number(process.argv[2] ?? 2000);
const table = markdownTable([
  ['configuration', ...GUARANTEE_IDS],
  ...CONFIGURATIONS.map((configuration) => {
    const cells = row(configuration, runs);
    console.log(cells.join(' | '));
    return cells;
  }),
]);
const readme = new URL('../../README.md', import.meta.url);
const marked = /(<!-- contracts -->)[\s\S]*?(<!-- end of contracts -->)/;
writeFileSync(readme, readFileSync(readme, 'utf8').replace(marked, `$1\n\n${table}\n\n$2`));
