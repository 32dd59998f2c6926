/** The page of a night: what is new first, then how much was tried, and where the searches never came. */
import { type Markup, markup } from '../html/markup.ts';
import type { NightCanary, NightFinding, NightSummary } from './night-summary.ts';
import { staticPage } from '../html/static-page.ts';
import { count } from '../prose/verdict.ts';
import { MAX_NAME, MAX_SENTENCE, brief } from '../text/visible-text.ts';

const HOUR = 3600;

/** The whole file; only what the night has data for is on it. @throws what `loadPageBundle` throws. */
export function nightPage(night: NightSummary): Promise<string> {
  const isNew = ({ ongoing, known }: NightFinding): boolean => ongoing === undefined && known === undefined;
  const fresh = night.findings.filter(isNew);
  const known = night.findings.filter((finding) => finding.known !== undefined);
  const ongoing = night.findings.filter((finding) => !isNew(finding) && finding.known === undefined);
  const body = markup`<header>
<p class="brand"><span class="mark" aria-hidden="true"></span> kafka-crucible <span class="quiet">a night</span></p>
<h1>${brief(night.title, MAX_NAME)}: ${headline(fresh.length, ongoing.length, known.length, night.gone.length)}</h1>
${totals(night)}
</header>
${soundnessProblems(night)}
${neverReached(night)}
${findings('new', 'New', '✕', fresh)}
${findings('ongoing', 'Still there', '…', ongoing)}
${findings('known', 'Known', '=', known)}
${findings('gone', 'Not met again', '✓', night.gone)}
${canary(night)}
${newStates(night)}
${detection(night)}
${targets(night)}
${hitProbes(night)}
<footer class="quiet">Made by kafka-crucible. This file loads nothing and sends nothing.</footer>`;
  return staticPage(`${night.title} · kafka-crucible`, body);
}

function headline(fresh: number, ongoing: number, known: number, gone: number): string {
  const parts = [
    ...(fresh > 0 ? [`${count(fresh, 'new failure')}`] : []),
    ...(ongoing > 0 ? [`${ongoing} still there`] : []),
    ...(known > 0 ? [`${known} known`] : []),
    ...(gone > 0 ? [`${gone} not met again`] : []),
  ];
  return parts.length === 0 ? 'no promise was seen broken' : parts.join(', ');
}

function totals({ targets: all, probes }: NightSummary): Markup {
  const sum = (of: (target: NightSummary['targets'][number]) => number): number =>
    all.reduce((total, target) => total + of(target), 0);
  const [runs, events, seconds] = [
    sum((one) => one.runs),
    sum((one) => one.events),
    sum((one) => one.seconds),
  ];
  const virtual = sum((one) => one.virtualSeconds);
  const names = Object.keys(probes).length;
  const hit = Object.values(probes).filter((hits) => hits > 0).length;
  const facts: readonly (readonly [string, string])[] = [
    ['Runs', runs.toLocaleString('en')],
    ['Events', events.toLocaleString('en')],
    ['Time', duration(seconds)],
    [
      'Speed',
      seconds > 0 ? `${perSecond(runs / seconds)} runs/s, ${perSecond(events / seconds)} events/s` : '—',
    ],
    [
      'Simulated',
      `${duration(virtual)}${seconds > 0 ? `, ${perSecond(virtual / seconds)} times as fast as time` : ''}`,
    ],
    ...(names > 0 ? [['Probes', `${hit} of ${names} reached`] as const] : []),
  ];
  return markup`<dl class="facts">${facts.map(
    ([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

function findings(id: string, title: string, sign: string, all: readonly NightFinding[]): Markup | null {
  if (all.length === 0) return null;
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title} (${all.length})</h2>
<ul class="findings">${all.map((finding) => findingItem(finding, sign))}</ul>
</section>`;
}

function findingItem(finding: NightFinding, sign: string): Markup {
  const { failureClass, sentence, reportFile, planFile, target, sizeBefore, sizeAfter, occurrences } =
    finding;
  const text = brief(sentence, MAX_SENTENCE);
  const facts = [
    `in ${target}`,
    `first seen ${finding.firstSeen}`,
    ...(occurrences === undefined ? [] : [`seen in ${count(occurrences, 'run')}`]),
    ...(sizeAfter === undefined ? [] : [shrunk(sizeBefore, sizeAfter)]),
    ...(finding.hash === undefined ? [] : [`run hash ${finding.hash}`]),
  ];
  const { known } = finding;
  return markup`<li class="panel">
<p class="labels"><span class="sign" aria-hidden="true">${sign}</span> <span class="label">${brief(failureClass, MAX_SENTENCE)}</span></p>
<p><b>${reportFile === null ? text : markup`<a href="${link(reportFile)}">${text}</a>`}</b></p>
${
  known === undefined
    ? null
    : markup`<p>Known: ${brief(known.reason, MAX_SENTENCE)}${
        known.link === undefined || !isWebLink(known.link)
          ? null
          : markup` (<a href="${known.link}" rel="noreferrer noopener">more</a>)`
      }</p>`
}
<p class="quiet">${brief(facts.join('; '), MAX_SENTENCE)}. Plan: <code>${brief(planFile, MAX_SENTENCE)}</code></p>
</li>`;
}

function shrunk(before: NightFinding['sizeBefore'], after: NonNullable<NightFinding['sizeAfter']>): string {
  const words = ({ operations, faults }: typeof after): string =>
    `${count(operations, 'operation')} and ${count(faults, 'fault')}`;
  return before === undefined ? words(after) : `shrunk from ${words(before)} to ${words(after)}`;
}

/** A path on the same disk, whatever else it looks like. */
function link(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

function isWebLink(text: string): boolean {
  return /^https?:\/\//.test(text);
}

function canary({ canary: bird }: NightSummary): Markup | null {
  if (bird === undefined) return null;
  const { defect, canaryMissed } = bird;
  return markup`<section id="canary" aria-labelledby="canary-title">
<h2 id="canary-title">Canary</h2>
<p class="${canaryMissed === true ? 'not-promised' : ''}">${signOf(bird)} <code>${brief(defect, MAX_NAME)}</code> is re-introduced in a share of the runs, ${fateOf(bird)}.</p>
</section>`;
}

/** A night that was too short for a canary gets neither sign. */
function signOf({ canaryMissed, ageSeconds }: NightCanary): string {
  if (canaryMissed === true) return '✕';
  return ageSeconds === null ? '…' : '✓';
}

/** The page draws no conclusion of its own: the data of the night says what makes it inconclusive. */
function fateOf({ found, ageSeconds, limitSeconds, canaryMissed }: NightCanary): string {
  if (canaryMissed === true) {
    const never = found === 0 ? 'and was never found' : 'and was never found by one of the searches';
    const last = ageSeconds === null ? never : `and was last found ${ago(ageSeconds)}`;
    return `${last}. It should be found every ${duration(limitSeconds)}: this night is inconclusive`;
  }
  if (ageSeconds !== null) return `and was found ${count(found, 'time')}, ${lastOf(ageSeconds)}`;
  if (found > 0)
    return `and was found ${count(found, 'time')}, but not in every search: one was too short for it`;
  return 'and was not found yet: this night was too short to expect it';
}

function lastOf(ageSeconds: number): string {
  return ageSeconds < 1 ? 'also in the final run' : `last ${ago(ageSeconds)}`;
}

function ago(seconds: number): string {
  return `${duration(seconds)} before the end`;
}

function soundnessProblems({ soundnessProblems: reasons = [] }: NightSummary): Markup | null {
  if (reasons.length === 0) return null;
  return markup`<section id="soundness" aria-labelledby="soundness-title">
<h2 id="soundness-title">This night is inconclusive</h2>
<ul class="silent">${reasons.map((reason) => markup`<li class="not-promised">✕ ${brief(reason, MAX_SENTENCE)}</li>`)}</ul>
</section>`;
}

/** Where so long a search should have come to: silence about it says nothing. */
function neverReached({ neverReached: silent = [], probeMeanings = {} }: NightSummary): Markup | null {
  if (silent.length === 0) return null;
  return markup`<section id="silent" aria-labelledby="silent-title">
<h2 id="silent-title">Never reached (${silent.length})</h2>
<ul class="silent">${silent.map(
    (name) => markup`<li><code>${brief(name, MAX_NAME)}</code> ${meaningOf(name, probeMeanings)}</li>`,
  )}</ul>
</section>`;
}

function meaningOf(name: string, meanings: Readonly<Record<string, string>>): string {
  return Object.hasOwn(meanings, name) ? brief(meanings[name] ?? '', MAX_SENTENCE) : '';
}

const CURVE = { width: 640, height: 160 };

function newStates({ newStates: points = [] }: NightSummary): Markup | null {
  const last = points.at(-1);
  if (last === undefined || last.runs === 0 || last.states === 0) return null;
  const { width, height } = CURVE;
  const line = points.map(({ runs, states }) => {
    const x = (width * runs) / last.runs;
    const y = height - (height * states) / last.states;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const middle = points.find(({ runs }) => runs * 2 >= last.runs) ?? last;
  const late = last.states - middle.states;
  return markup`<section id="states" aria-labelledby="states-title">
<h2 id="states-title">New states</h2>
<p>${last.states.toLocaleString('en')} different states after ${last.runs.toLocaleString('en')} runs; ${Math.round((100 * late) / last.states)}% of them came in the second half.</p>
<svg class="state-curve" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="New states over runs"><polyline points="0,${height} ${line.join(' ')}"/></svg>
</section>`;
}

function detection({ detection: rows = [] }: NightSummary): Markup | null {
  if (rows.length === 0) return null;
  const slowest = [...rows].sort((a, b) => (b.medianSeconds ?? Infinity) - (a.medianSeconds ?? Infinity));
  return markup`<section id="detection" aria-labelledby="detection-title">
<h2 id="detection-title">How soon historical bugs are found</h2>
<div class="scroll-x" tabindex="0" role="group" aria-label="Detection"><table>
<thead><tr><th scope="col">Bug</th><th scope="col">Median</th><th scope="col">90th percentile</th><th scope="col">Runs</th><th scope="col">Shrunk to</th><th scope="col">Caught by</th></tr></thead>
<tbody>${slowest.map(
    ({ defect, title, medianSeconds, p90Seconds, medianRuns, shrunkTo, caughtBy }) =>
      markup`<tr><th scope="row"><code>${brief(defect, MAX_NAME)}</code>${title === undefined ? null : markup`<br>${brief(title, MAX_SENTENCE)}`}</th><td>${seconds(medianSeconds)}</td><td>${p90Seconds === undefined ? '' : seconds(p90Seconds)}</td><td>${medianRuns === undefined || medianRuns === null ? '' : Math.round(medianRuns)}</td><td>${shrunkTo === undefined ? '' : `${shrunkTo.operations} + ${shrunkTo.faults}`}</td><td>${caughtBy ?? ''}</td></tr>`,
  )}</tbody></table></div>
</section>`;
}

function seconds(value: number | null): string {
  return value === null ? 'not found' : `${value.toFixed(1)} s`;
}

function targets({ targets: all }: NightSummary): Markup | null {
  if (all.length === 0) return null;
  const total = all.reduce((sum, { seconds: time }) => sum + time, 0);
  return markup`<section id="targets" aria-labelledby="targets-title">
<h2 id="targets-title">Where the time went</h2>
<div class="scroll-x" tabindex="0" role="group" aria-label="Targets"><table>
<thead><tr><th scope="col">Target</th><th scope="col">Time</th><th scope="col">Share</th><th scope="col">Runs</th><th scope="col">Events</th><th scope="col">Command</th></tr></thead>
<tbody>${all.map(
    (one) =>
      markup`<tr><th scope="row">${brief(one.name, MAX_NAME)}</th><td>${duration(one.seconds)}</td><td>${total > 0 ? Math.round((100 * one.seconds) / total) : 0}%</td><td>${one.runs.toLocaleString('en')}</td><td>${one.events.toLocaleString('en')}</td><td><code>${brief(one.command, MAX_SENTENCE)}</code></td></tr>`,
  )}</tbody></table></div>
</section>`;
}

function hitProbes({ probes, probeMeanings = {} }: NightSummary): Markup | null {
  const hit = Object.entries(probes)
    .filter(([, hits]) => hits > 0)
    .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  if (hit.length === 0) return null;
  return markup`<section id="probes" aria-labelledby="probes-title">
<h2 id="probes-title">Probes reached</h2>
<details><summary>${hit.length} probes, the rarest first</summary>
<div class="scroll-x" tabindex="0" role="group" aria-label="Probes"><table>
<thead><tr><th scope="col">Probe</th><th scope="col">Hits</th><th scope="col">Meaning</th></tr></thead>
<tbody>${hit.map(
    ([name, hits]) =>
      markup`<tr><th scope="row"><code>${brief(name, MAX_NAME)}</code></th><td>${hits.toLocaleString('en')}</td><td>${meaningOf(name, probeMeanings)}</td></tr>`,
  )}</tbody></table></div></details>
</section>`;
}

function duration(total: number): string {
  if (total < 60) return `${total.toFixed(total < 10 ? 1 : 0)} s`;
  if (total < HOUR) return `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
  if (total < 48 * HOUR) return `${Math.floor(total / HOUR)} h ${Math.round((total % HOUR) / 60)} min`;
  return `${Math.round(total / (24 * HOUR)).toLocaleString('en')} days`;
}

function perSecond(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en');
}
