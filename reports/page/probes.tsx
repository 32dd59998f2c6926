import type { ProbeTold } from '../html/page-data.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';

/** Which named points of the implementation the run came to, the rarest first. */
export function Probes({ probes }: { readonly probes: readonly ProbeTold[] }) {
  if (probes.length === 0) return null;
  return (
    <section id="probes" aria-labelledby="probes-title">
      <h2 id="probes-title">Probes hit</h2>
      <details>
        <summary>{probes.length} named points in the implementation, the rarest first</summary>
        <div class="scroll-x" tabIndex={0} role="group" aria-label="Probes">
          <table>
            <thead>
              <tr>
                <th scope="col">Probe</th>
                <th scope="col">Hits</th>
                <th scope="col">Meaning</th>
              </tr>
            </thead>
            <tbody>
              {probes.map(({ name, hits, meaning }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{brief(name, MAX_NAME)}</code>
                  </th>
                  <td>{hits}</td>
                  <td>{meaning}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}
