import { brief } from '../../text/visible-text.ts';
import { apiClass } from '../../diagram/marks.ts';
import type { SpaceTimeLayout } from './space-time-layout.ts';
import { MAX_API } from './dimensions.ts';

export function Legend({ layout }: { readonly layout: SpaceTimeLayout }) {
  return (
    <ul class="legend" aria-label="Legend">
      {layout.apis.map((api) => (
        <li key={api}>
          <svg width="34" height="12" aria-hidden="true">
            <g class={`message ${apiClass(api)}`}>
              <line class="message-line" x1="0" y1="6" x2="28" y2="6" />
              <path class="message-head" d="M25 2 L33 6 L25 10 Z" />
            </g>
          </svg>
          <bdi>{brief(api, MAX_API)}</bdi>
        </li>
      ))}
      <li>
        <svg width="20" height="12" aria-hidden="true">
          <g class="message message-lost">
            <path class="message-cross" d="M5 1 l10 10 m0 -10 l-10 10" />
          </g>
        </svg>
        lost
      </li>
      {layout.faults.length > 0 && (
        <li>
          <svg width="20" height="12" aria-hidden="true">
            <rect class="fault-window" width="20" height="12" fill="url(#hatch)" />
          </svg>
          fault in force
        </li>
      )}
      <li>
        <svg width="30" height="12" aria-hidden="true">
          <g class="strip strip-leader epoch-0">
            <rect x="3" width="24" y="0" height="12" />
            <line class="strip-leads" x1="1" x2="1" y1="0" y2="12" />
            <line class="strip-end" x1="27" x2="27" y1="0" y2="12" />
            <line class="strip-committed" x1="16" x2="16" y1="0" y2="12" />
          </g>
        </svg>
        log: high watermark dashed, log end solid,{' '}
        {layout.replicas.some(({ lastStableOffset }) => lastStableOffset !== null)
          ? 'last stable offset dotted, '
          : ''}
        colour by leader epoch, bar on the left while leading
      </li>
    </ul>
  );
}
