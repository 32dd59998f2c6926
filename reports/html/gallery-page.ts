/** Named stories with a known outcome, each with its diagram: a page that teaches what Kafka promises. */
import { type FailureReport } from '../analysis/failure-report.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { type Markup, markup } from './markup.ts';
import { spaceTimeSvg } from '../diagram/space-time-svg.ts';
import { staticPage } from './static-page.ts';
import { highlightsOf } from '../prose/story.ts';
import { MAX_NAME, MAX_SENTENCE, brief } from '../text/visible-text.ts';

export interface Exhibit {
  /** In kebab-case. */
  readonly name: string;
  readonly title: string;
  /** Which promise, which setting, and why. */
  readonly teaches: string;
  /** What comes out, in a sentence. */
  readonly outcome: string;
  readonly report: FailureReport;
  /** Mismatches with the expected outcome, a sentence each. */
  readonly complaints: readonly string[];
  /** The page of the run, to be linked to. */
  readonly pageFile: string;
}

/** The whole file. @throws what `loadPageBundle` throws. */
export function galleryPage(exhibits: readonly Exhibit[]): Promise<string> {
  const body = markup`<header>
<p class="brand"><span class="mark" aria-hidden="true"></span> kafka-crucible <span class="quiet">scenarios</span></p>
<h1>What Kafka promises, in ${exhibits.length} short runs</h1>
<p class="promise">In each of these one thing goes wrong, and one promise is kept, or one that the configuration never made is seen broken. They always come out the same.</p>
<nav aria-label="Scenarios"><ol class="contents">${exhibits.map(
    ({ name, title, report }) =>
      markup`<li><a href="#${name}">${brief(title, MAX_SENTENCE)}</a> ${badge(report)}</li>
`,
  )}</ol></nav>
</header>
${exhibits.map(exhibitSection)}
<footer class="quiet">Made by kafka-crucible. This file loads nothing and sends nothing.</footer>`;
  return staticPage('Scenarios · kafka-crucible', body);
}

function exhibitSection(exhibit: Exhibit): Markup {
  const { name, title, teaches, outcome, report, complaints, pageFile } = exhibit;
  const story = highlightsOf(report);
  const violation = primaryViolation(report.result);
  const picture = spaceTimeSvg(traceOf(report.result), violation, story, `What happens in ${name}`);
  const settings = Object.entries(report.plan.configuration);
  return markup`<section id="${name}" class="exhibit" aria-labelledby="${name}-title">
<h2 id="${name}-title">${brief(title, MAX_SENTENCE)} ${badge(report)}</h2>
<p>${teaches}</p>
<p><b>${outcome}</b></p>
${complaints.map((complaint) => markup`<p class="not-promised">Not as expected: ${brief(complaint, MAX_SENTENCE)}</p>`)}
<p class="quiet">${
    settings.length === 0
      ? "Kafka's defaults"
      : settings.map(([property, value], index) => {
          const comma = index === 0 ? '' : ', ';
          return markup`${comma}<code>${brief(`${property}=${String(value)}`, MAX_NAME)}</code>`;
        })
  }. <a href="${pageFile}">The whole run</a>; again with <code>${brief(report.replayCommand, MAX_SENTENCE)}</code></p>
<div class="exhibit-panes">
<div class="pane scroll-x" tabindex="0" role="group" aria-label="Diagram of ${name}">${picture}</div>
<ol class="story">${story.sentences.map(
    ({ timeMs, text, kind }) =>
      markup`<li class="story-${kind}"><span class="time">${
        timeMs < 0 ? 'setup' : `${timeMs.toFixed(1)} ms`
      }</span> <bdi class="sentence">${brief(text, MAX_SENTENCE)}</bdi></li>
`,
  )}</ol>
</div>
</section>
`;
}

/** Whether every promise was kept, and if not, whether it had been made. */
function badge({ result }: FailureReport): Markup {
  const violation = primaryViolation(result);
  if (violation === null) return markup`<span class="label label-good">✓ kept</span>`;
  const { notPromisedBecause } = violation;
  if (notPromisedBecause === undefined) return markup`<span class="label label-bad">✕ broken</span>`;
  return markup`<span class="label label-warn">✕ never promised: ${brief(notPromisedBecause, MAX_NAME)}</span>`;
}
