/** The example run with everything that comes from outside replaced by what an enemy would put there. */
import { exampleReport } from './example-run.ts';
import type { FailureReport } from '../analysis/failure-report.ts';

/** Ends elements, opens comments, runs handlers, clears terminals, turns text round, and is not Unicode. */
export const HOSTILE = [
  '</script><script>globalThis.hostileRan = true</script>',
  '<img src="https://example.invalid/x" onerror="globalThis.hostileRan = true">',
  '<!--<script>',
  ']]>',
  '&lt;&amp;',
  '\u001b[2J\u001b]8;;https://example.invalid\u0007',
  '\u0000\u0008\u009b\r\n\u2028',
  '\u202eesrever\u2066\u200b\ufeff\ufffe\ud800',
  '"\' onclick=alert(1) ${`x`} \\',
].join('');

const HOSTILE_FIELDS: ReadonlySet<string> = new Set([
  'sentence',
  'summary',
  'reason',
  'detail',
  'timer',
  'error',
  'title',
  'seed',
  'replayCommand',
  'planFile',
  'notPromisedBecause',
  'anomaly',
  'api',
  'process',
  'topic',
  'group',
  'transactionalId',
  'marker',
]);

/**
 * @param filler appended to every hostile string, to make it as long as one likes
 * @param harmless the run that goes in
 */
export function hostileReport(filler = '', harmless = exampleReport()): FailureReport {
  const poison = (field: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    if (field === 'value' && (value === 'v4' || value === 'v3')) return HOSTILE + filler;
    return HOSTILE_FIELDS.has(field) ? value + HOSTILE + filler : value;
  };
  // The shape is that of the report that went in: only the contents of strings differ.
  const report = JSON.parse(JSON.stringify(harmless), poison) as FailureReport;
  const configuration = { ...report.plan.configuration, [HOSTILE + filler]: HOSTILE + filler };
  return { ...report, plan: { ...report.plan, configuration } };
}
