import { simulate } from './impl/simulated/simulate.ts';
import { generatePlan } from './properties/arbitraries/generate.ts';
const [seed, from, count, tv, mode, extra] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4]), Number(process.argv[5] ?? 2), (process.argv[6] ?? 'always') as any, JSON.parse(process.argv[7] ?? '{}')];
const seen = new Map<string, { n: number; runs: number[]; sentence: string }>();
let events = 0, budget = 0;
const probes: Record<string, number> = {};
const t0 = Date.now();
for (let i = from; i < from + count; i++) {
  const plan = generatePlan(seed, i, { expect: [], transactions: mode, ...extra, configuration: { 'transaction.version': tv, ...(extra.configuration ?? {}) } });
  let r;
  try { r = simulate(plan); } catch (e: any) { const k = 'THROW ' + String(e.stack).split('\n').slice(0, 3).join(' | '); const s = seen.get(k) ?? { n: 0, runs: [], sentence: '' }; s.n++; s.runs.push(i); seen.set(k, s); continue; }
  events += r.events; if (r.verdict === 'budget') budget++;
  for (const [k, v] of Object.entries(r.probes)) probes[k] = (probes[k] ?? 0) + v;
  const kinds = new Set(r.violations.map((v) => v.guarantee + ' ' + v.anomaly));
  for (const k of kinds) { const s = seen.get(k) ?? { n: 0, runs: [], sentence: r.violations.find((v) => v.guarantee + ' ' + v.anomaly === k)!.sentence }; s.n++; s.runs.push(i); seen.set(k, s); }
}
console.log(count, 'runs', events, 'events', ((Date.now() - t0) / 1000).toFixed(1), 's; budget', budget);
for (const [k, s] of seen) console.log(`${s.n} x ${k} [${s.runs.slice(0, 12).join(',')}] ${s.sentence.slice(0, 260)}`);
if (process.env.PROBES) { const { PROBE_NAMES } = await import('./impl/simulated/world/probes.ts'); for (const p of PROBE_NAMES.slice(60)) console.log('  ', p, probes[p] ?? 0); }
