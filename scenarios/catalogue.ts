/** The list of scenarios as a page of documentation. */
import type { Scenario } from './scenario.ts';

/** Markdown. It is data told again, so that the page cannot say what the scenarios do not. */
export function cataloguePage(scenarios: readonly Scenario[]): string {
  return [HEAD, ...scenarios.map(entry)].join('\n');
}

const HEAD = `# Scenarios

Each of these is a short run with a known outcome, always the same: one thing goes wrong, and one promise of Kafka's is kept, or one that the configuration never made is seen broken. They are run with

    kafka-crucible scenario <name>

This page is written by \`npx tsx scenarios/write-docs.ts\`.
`;

function entry({ name, title, teaches, outcome, plan }: Scenario): string {
  return `## ${name}

${title}.

${teaches}

${settings(plan.configuration)}
- Outcome: ${outcome}
`;
}

function settings(configuration: Scenario['plan']['configuration']): string {
  const set = Object.entries(configuration).map(([name, value]) => `\`${name}=${value}\``);
  return `- Configuration: ${set.length === 0 ? "Kafka's defaults" : set.join(', ')}`;
}
