import type { ConfiguredProperty } from '../analysis/configuration-difference.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';

/** What differs from Kafka's defaults. */
export function Configuration({ properties }: { readonly properties: readonly ConfiguredProperty[] }) {
  return (
    <section id="configuration" aria-labelledby="configuration-title">
      <h2 id="configuration-title">Configuration</h2>
      {properties.length === 0 ? (
        <p>Everything has Kafka's default.</p>
      ) : (
        <div class="scroll-x" tabIndex={0} role="group" aria-label="Properties">
          <table>
            <caption class="quiet">What differs from Kafka's defaults</caption>
            <thead>
              <tr>
                <th scope="col">Property</th>
                <th scope="col">Here</th>
                <th scope="col">Default</th>
                <th scope="col">What it decides</th>
              </tr>
            </thead>
            <tbody>
              {properties.map(({ name, value, kafkaDefault, meaning }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{brief(name, MAX_NAME)}</code>
                  </th>
                  <td>
                    <code class="configured">{brief(String(value), MAX_NAME)}</code>
                  </td>
                  <td>
                    <code>{kafkaDefault === null ? 'none' : brief(String(kafkaDefault), MAX_NAME)}</code>
                  </td>
                  <td>{meaning}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
