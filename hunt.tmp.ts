import { simulate } from './impl/simulated/simulate.ts';
import { generatePlan } from './properties/arbitraries/generate.ts';
const [seed, max, ...slugs] = process.argv.slice(2);
for (const slug of slugs) {
  const t0 = Date.now(); const found = new Map<string, number[]>(); let n = 0;
  for (let i = 0; i < Number(max); i++) {
    const plan = generatePlan(seed!, i, { defects: [slug] });
    n++;
    const r = simulate(plan);
    const v = r.violations[0];
    if (v) { const k = v.guarantee + ' ' + v.anomaly; found.set(k, [...(found.get(k) ?? []), i]); if ([...found.values()].flat().length >= 3) break; }
  }
  console.log(slug, n, 'runs', ((Date.now() - t0) / 1000).toFixed(1) + 's', JSON.stringify([...found]));
}
