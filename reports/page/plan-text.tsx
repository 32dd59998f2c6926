import type { Plan } from '../../impl/plan/plan.ts';
import { MAX_SENTENCE, brief, visible } from '../text/visible-text.ts';

/** The test case itself. */
export function PlanText({ plan }: { readonly plan: Plan }) {
  const lines = JSON.stringify(plan, null, 2).split('\n').map(visible);
  return (
    <section id="plan" aria-labelledby="plan-title">
      <h2 id="plan-title">Plan</h2>
      <details>
        <summary>
          {lines.length} lines of JSON{plan.title === undefined ? '' : `: ${brief(plan.title, MAX_SENTENCE)}`}
        </summary>
        <pre class="plan" tabIndex={0} role="group" aria-label="Plan">
          {lines.join('\n')}
        </pre>
      </details>
    </section>
  );
}
