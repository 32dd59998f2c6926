import type { PageData } from '../page-data.ts';
import { MAX_NAME, MAX_SENTENCE, brief } from '../visible-text.ts';
import { count } from '../verdict.ts';
import { CopyButton } from './copy-button.tsx';

/** What happened, which promise it breaks, and how to see it again. */
export function Verdict({ data }: { readonly data: PageData }) {
  const { violation } = data;
  return (
    <header class="verdict">
      <p class="brand">
        <span class="mark" aria-hidden="true" /> kafka-crucible <span class="quiet">failure report</span>
      </p>
      {violation !== null && (
        <p class="labels">
          <span class="label label-bad">{brief(violation.anomaly, MAX_NAME)}</span>
          <span class="quiet">breaks</span> <span class="label">{violation.guarantee}</span>
        </p>
      )}
      <h1>
        <bdi>{brief(data.headline, MAX_SENTENCE)}</bdi>
      </h1>
      {data.promise !== null && (
        <p class="promise">
          <b>Promised:</b> {data.promise}{' '}
          {violation?.notPromisedBecause === undefined ? (
            <span>This configuration makes that promise.</span>
          ) : (
            <span class="not-promised">
              This configuration does not make that promise (
              <code>{brief(violation.notPromisedBecause, MAX_NAME)}</code>
              ); the plan expects it nevertheless, to show what that costs.
            </span>
          )}
          {data.otherViolations > 0 && ` The same run has ${count(data.otherViolations, 'other violation')}.`}
        </p>
      )}
      <dl class="facts">
        {data.facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{brief(value, MAX_SENTENCE)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <div class="replay">
        <code>
          <span class="quiet" aria-hidden="true">
            ${' '}
          </span>
          <bdi>{brief(data.replayCommand, MAX_SENTENCE)}</bdi>
        </code>
        <CopyButton label="Copy command" text={data.replayCommand} />
        <CopyButton label="Copy plan" text={JSON.stringify(data.plan, null, 2)} />
      </div>
    </header>
  );
}
