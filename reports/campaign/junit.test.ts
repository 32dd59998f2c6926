import { describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';

import { distrusted, exampleCampaign } from '../testing/example-campaign.ts';
import { HOSTILE } from '../testing/hostile-run.ts';
import { junitXml } from './junit.ts';

describe('JUnit XML', () => {
  const xml = junitXml(exampleCampaign());

  test('has a passed test case for each promise that held', () => {
    expect(xml).toContain('<testcase classname="kafka-crucible.partition-order" name="partition-order"/>');
  });

  test('has a failed one for each violation, under names that stay the same', () => {
    expect(xml).toContain('name="no-loss: lost-write"');
    expect(xml).toContain('name="no-loss: lost-write (2)"');
    expect(xml.match(/<failure /g)).toHaveLength(2);
    expect(xml).toContain(
      '<testsuite name="kafka-crucible fuzz --seed night-7" tests="9" failures="2" errors="0"',
    );
  });

  test('has an error for a run that hung, and for a search that is inconclusive', () => {
    expect(xml).toContain('<testcase classname="kafka-crucible.harness" name="harness"/>');
    const distrustful = junitXml({ ...exampleCampaign(), ...distrusted() });
    expect(distrustful).toContain('tests="10" failures="2" errors="2"');
    expect(distrustful).toContain('<error type="hung" message="The run took longer than 120 s.">');
    expect(distrustful).toContain('Plan: crucible-out/hung-run-7/plan-as-found.json');
    expect(distrustful).toContain('name="harness: inconclusive"');
  });

  test('tells how to look at it', () => {
    expect(xml).toContain('Plan: crucible-out/lost-write-5a1c09e2.json');
    expect(xml).toContain('Not promised by the configuration (acks=1)');
  });
});

test('is well-formed whatever the history holds', () => {
  const campaign = exampleCampaign();
  const violations = campaign.violations.map((violation) => ({
    ...violation,
    anomaly: HOSTILE,
    sentence: HOSTILE,
    planFile: HOSTILE,
  }));
  const xml = junitXml({ ...campaign, command: HOSTILE, seed: HOSTILE, violations });
  // What XML 1.0 allows, and nothing else.
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  const suite = JSON.stringify(create(xml).end({ format: 'object' }));
  expect(suite).toContain('globalThis.hostileRan');
});
