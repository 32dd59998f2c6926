/** What a campaign found as commands that GitHub Actions shows beside the run. */
import type { CampaignFault, CampaignSummary } from './campaign-summary.ts';
import { visible } from '../text/visible-text.ts';

/** One line for each violation, each failure of the harness and each doubt; empty when there is none. */
export function githubAnnotations(summary: CampaignSummary): string {
  return [
    violationLines(summary),
    ...summary.otherFailures.map(faultLine),
    ...summary.soundnessProblems.map(doubtLine),
  ].join('');
}

function faultLine({ kind, message, planFile, runIndex }: CampaignFault): string {
  const title = property(`kafka-crucible: run ${runIndex} ${kind}`);
  return `::error title=${title}::${data(`${visible(message)}\nPlan: ${visible(planFile)}`)}\n`;
}

function doubtLine(doubt: string): string {
  return `::error title=${property('kafka-crucible: inconclusive search')}::${data(visible(doubt))}\n`;
}

function violationLines(summary: CampaignSummary): string {
  return summary.violations
    .map(({ guarantee, anomaly, sentence, planFile, reportFile, notPromisedBecause }) => {
      const level = notPromisedBecause === undefined ? 'error' : 'warning';
      const title = property(`kafka-crucible: ${anomaly} breaks ${guarantee}`);
      const message = [
        visible(sentence),
        ...(notPromisedBecause === undefined ? [] : [`Not promised: ${visible(notPromisedBecause)}.`]),
        `Plan: ${visible(planFile)}`,
        `Report: ${visible(reportFile)}`,
      ].join('\n');
      return `::${level} title=${title}::${data(message)}\n`;
    })
    .join('');
}

/** A line break would end the command, and what follows could be another one. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
