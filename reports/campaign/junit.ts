/** A campaign as JUnit XML: a test case for each promise that held, one for each violation, and the harness itself. */
import { create } from 'xmlbuilder2';

import { type Outcome, testCases } from './campaign-cases.ts';
import type { CampaignSummary, CampaignViolation } from './campaign-summary.ts';
import { visible } from '../text/visible-text.ts';

/** A whole XML document. XML 1.0 has no way to write most control characters: they are spelt out. */
export function junitXml(summary: CampaignSummary): string {
  const cases = testCases(summary);
  const ended = (is: Outcome['is']): number => cases.filter(({ outcome }) => outcome.is === is).length;
  const counts = { tests: cases.length, failures: ended('violation'), errors: ended('error'), skipped: 0 };
  const time = summary.seconds.toFixed(3);
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const suite = document
    .ele('testsuites', { name: 'kafka-crucible', ...counts, time })
    .ele('testsuite', { name: visible(summary.command), ...counts, time });

  const properties = suite.ele('properties');
  for (const [name, value] of Object.entries({
    seed: summary.seed,
    runs: summary.runs,
    events: summary.events,
    virtualSeconds: summary.virtualSeconds,
  })) {
    properties.ele('property', { name, value: visible(String(value)) });
  }

  for (const { suite: owner, name, outcome } of cases) {
    const testCase = suite.ele('testcase', { classname: `kafka-crucible.${owner}`, name: visible(name) });
    if (outcome.is === 'violation') {
      const { anomaly, sentence } = outcome.violation;
      testCase
        .ele('failure', { type: visible(anomaly), message: visible(sentence) })
        .txt(lines(details(outcome.violation)));
    } else if (outcome.is === 'error') {
      const { type, message } = outcome;
      testCase
        .ele('error', { type: visible(type), message: visible(message) })
        .txt(lines([message, ...outcome.details]));
    }
  }
  return `${document.end({ prettyPrint: true })}\n`;
}

function lines(texts: readonly string[]): string {
  return texts.map(visible).join('\n');
}

function details(violation: CampaignViolation): readonly string[] {
  const { sizeBefore, sizeAfter } = violation;
  return [
    violation.sentence,
    ...(violation.notPromisedBecause === undefined
      ? []
      : [`Not promised by the configuration (${violation.notPromisedBecause}); expected nevertheless.`]),
    `Run ${violation.runIndex}, hash ${violation.hash}`,
    `Shrunk from ${sizeBefore.operations} operations and ${sizeBefore.faults} faults to ${sizeAfter.operations} and ${sizeAfter.faults}`,
    `Plan: ${violation.planFile}`,
    `Report: ${violation.reportFile}`,
  ];
}
