/** The list of scenarios as a page of documentation. */
import { referenceTo } from '../reports/prose/further-reading.ts';
import { type Scenario, THEMES } from './scenario.ts';

/** Markdown. It is data told again, so that the page cannot say what the scenarios do not. */
export function cataloguePage(scenarios: readonly Scenario[]): string {
  const chapters = THEMES.flatMap((theme) => {
    const stories = scenarios.filter((scenario) => scenario.theme === theme);
    return stories.length === 0 ? [] : [`## ${theme}\n`, ...stories.map(entry)];
  });
  return [HEAD, ...chapters].join('\n');
}

const HEAD = `# Scenarios

Each of these is a short run with a known outcome, always the same: one thing goes wrong, and the promises of Kafka are kept, or one that the configuration never made is seen broken, or one that Kafka broke before a bug was mended. They are run with

    kafka-crucible scenario <name>

which prints what happens, step by step, and checks whether the outcome is the one given here. \`--html FILE\` draws the run as a page; \`--plan FILE\` saves its plan, to be changed and replayed.

This page is written by \`npx tsx scenarios/write-docs.ts\`.
`;

function entry({ name, title, teaches, outcome, plan }: Scenario): string {
  return `### ${name}

${title}.

${linked(teaches)}

${settings(plan.configuration)}
- Outcome: ${outcome}
`;
}

/** Each KIP and each issue leads to its page, the first time that it is named. */
function linked(text: string): string {
  const named = new Set<string>();
  return text.replaceAll(/\b(?:KIP|KAFKA)-[0-9]+\b/g, (id) => {
    const reference = named.has(id) ? null : referenceTo(id);
    named.add(id);
    return reference === null ? id : `[${id}](${reference.url})`;
  });
}

function settings(configuration: Scenario['plan']['configuration']): string {
  const set = Object.entries(configuration).map(([name, value]) => `\`${name}=${value}\``);
  return `- Configuration: ${set.length === 0 ? "Kafka's defaults" : set.join(', ')}`;
}
