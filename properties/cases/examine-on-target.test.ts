import { expect, test } from 'vitest';

import { toyPlan } from '../../impl/trial/testing/toy-plan.ts';
import { toyTarget } from '../../impl/trial/testing/toy-target.ts';
import { simulatedTarget } from '../../impl/simulated/run/simulate.ts';
import { htmlReport } from '../../reports/html/html.ts';
import { terminalReport } from '../../reports/terminal/terminal.ts';
import { examineOnTarget } from './examine-on-target.ts';

const options = { replayCommand: 'toy replay plan.json', shrinkRuns: 60 };

test('a failure on a target in real time is shrunk, explained and reported', async () => {
  const report = await examineOnTarget(toyPlan(), toyTarget({ acknowledgesEarly: true }), options);
  expect(report.failureClass).toBe('no-loss unseen record');
  // The polls are gone; the crash comes with the fifth append.
  expect(report.plan.operations.map(({ kind }) => kind)).toEqual(['send', 'send', 'send', 'send', 'send']);
  expect(report.plan.faults).toHaveLength(1);
  // The run of the shrunk plan, not of the original one.
  const sends = report.result.history?.filter((event) => event.type === 'invoke' && event.f === 'send');
  expect(sends).toHaveLength(report.plan.operations.filter(({ kind }) => kind === 'send').length);
  const crash = report.explanation?.parts.find(({ part }) => part === 'fault');
  // How many of the changed plans fail depends on the time that the machine takes.
  expect(crash?.absent.runs).toBe(1);
  const text = terminalReport(report);
  expect(text).toContain('unseen: no-loss violated');
  expect(text).toContain('toy replay plan.json');
  expect(await htmlReport(report)).toContain('unseen');
});

test('a failure on a target that cannot run a plan again says what was not done, and why', async () => {
  const target = toyTarget({ acknowledgesEarly: true, cannotRerunBecause: 'its clock cannot be set back' });
  const plan = toyPlan();
  const report = await examineOnTarget(plan, target, options);
  expect(report.plan).toBe(plan);
  expect(report.explanation).toBeUndefined();
  const sentence =
    'The plan was not shrunk, and what its failure depends on was not found out: ' +
    'the toy cannot run a plan again, because its clock cannot be set back.';
  expect(report.cannotRerun).toBe(sentence);
  expect(terminalReport(report, { width: 300 })).toContain(sentence);
});

test('the simulated cluster is a target like any other', async () => {
  const plan = { ...toyPlan(), configuration: { acks: '0', 'min.insync.replicas': 1 } };
  const report = await examineOnTarget(plan, simulatedTarget, options);
  expect(report.result).toMatchObject({ verdict: 'passed', hash: expect.any(String) });
  expect(report.shrink).toBeUndefined();
});
