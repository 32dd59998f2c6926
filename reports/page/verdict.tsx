import type { ContractSummary } from '../prose/contract-summary.ts';
import type { Reference } from '../prose/further-reading.ts';
import type { DefectTold, PageData } from '../html/page-data.ts';
import { MAX_NAME, MAX_SENTENCE, brief } from '../text/visible-text.ts';
import { count } from '../prose/verdict.ts';
import { CopyButton } from './copy-button.tsx';

/** What happened, which promise it breaks, and how to see it again. */
export function Verdict({ data, onHelp }: { readonly data: PageData; readonly onHelp: () => void }) {
  const { violation } = data;
  return (
    <header class="verdict">
      <p class="brand">
        <span class="mark" aria-hidden="true" /> kafka-crucible{' '}
        <span class="quiet">{brief(data.title, MAX_SENTENCE)}</span>
        <button type="button" class="help-button" onClick={onHelp}>
          Keys <kbd>?</kbd>
        </button>
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
      {data.teaches !== null && (
        <p class="promise">
          <b>What it shows:</b> {brief(data.teaches, MAX_SENTENCE)}
        </p>
      )}
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
      {data.contract !== null && violation !== null && (
        <Contract contract={data.contract} isPromised={violation.notPromisedBecause === undefined} />
      )}
      {data.defects.map((defect) => (
        <Defect key={defect.slug} defect={defect} />
      ))}
      {data.reading.length > 0 && (
        <p class="reading">
          <b>Kafka says:</b> <References references={data.reading} />
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

/** What the contract of this configuration says of the promise. */
function Contract({
  contract,
  isPromised,
}: {
  readonly contract: ContractSummary;
  readonly isPromised: boolean;
}) {
  const { conditions, survives, excusedBy, limit } = contract;
  return (
    <details class="contract">
      <summary>
        The contract: needs {conditions.length === 0 ? 'nothing' : conditions.join(', ')}
        {isPromised ? '' : ' (not so here)'}
      </summary>
      <p>It survives {survives.join('; ')}.</p>
      {excusedBy.length > 0 && <p>It is excused by {excusedBy.join('; ')}.</p>}
      <p>Here: {limit}.</p>
    </details>
  );
}

/** The historical bug that the plan re-introduces. */
function Defect({ defect }: { readonly defect: DefectTold }) {
  const { slug, title, versions, how, ids } = defect;
  return (
    <div class="defect">
      <p>
        <b>A historical bug is re-introduced:</b> {brief(title, MAX_SENTENCE)} (
        <code>{brief(slug, MAX_NAME)}</code>
        {versions === '' ? '' : `; Kafka ${versions}`}
        {ids.length > 0 && '; '}
        <References references={ids} />)
      </p>
      <p class="quiet">{how}</p>
    </div>
  );
}

function References({ references }: { readonly references: readonly (Reference | string)[] }) {
  return (
    <>
      {references.map((reference, index) => (
        <span key={typeof reference === 'string' ? reference : reference.url}>
          {index > 0 && ', '}
          {typeof reference === 'string' ? (
            reference
          ) : (
            <a href={reference.url} rel="noreferrer noopener" target="_blank">
              {reference.title}
            </a>
          )}
        </span>
      ))}
    </>
  );
}
