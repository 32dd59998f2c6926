import { simulate } from './impl/simulated/simulate.ts';
import { generatePlan } from './properties/arbitraries/generate.ts';
import { readPlan } from './impl/plan-file.ts';
import { readFileSync } from 'node:fs';
import { minimise } from './properties/minimise.ts';
const arg = process.argv[2]!;
let plan;
if (arg.endsWith('.json')) plan = readPlan(readFileSync(arg, 'utf8'), arg);
else {
  const extra = JSON.parse(process.argv[6] ?? '{}');
  plan = generatePlan(arg, Number(process.argv[3]), { expect: [], transactions: (extra.mode ?? 'always'), ...extra, configuration: { 'transaction.version': Number(process.argv[4] ?? 2), ...(extra.configuration ?? {}) } });
}
const want = process.argv[5] ?? '';
const hit = (p: any) => { try { const v = simulate(p).violations.find((v) => (v.guarantee + ' ' + v.anomaly).includes(want)); return v ? { bucket: v.guarantee + v.anomaly } : null; } catch (e) { return want === 'THROW' ? { bucket: 'throw' } : null; } };
if (hit(plan) && !process.env.NOMIN) { const m = minimise(plan, hit, { maxRuns: Number(process.env.RUNS ?? 600) }); plan = m.plan; console.log(m.sentence); }
console.log(JSON.stringify({ ...plan.configuration }), JSON.stringify(plan.clients), plan.seed);
for (const o of plan.operations) console.log(JSON.stringify(o));
for (const f of plan.faults) console.log(JSON.stringify(f));
const r = simulate(plan, { trace: true, history: true });
console.log(r.verdict, r.violations.map((v) => v.guarantee + ' ' + v.anomaly + ': ' + v.sentence).join('\n'));
const { entrySentence, glossary } = await import('./reports/event-sentence.ts');
const { ClusterReplay } = await import('./reports/cluster-state.ts');
const words = glossary(r.trace!); const state = new ClusterReplay();
const filter = new RegExp(process.env.F ?? '.');
const skip = new RegExp(process.env.X ?? 'Heartbeat|FetchMetadata|AlterPartition|Fetch |fetch |Metadata |asks for its session');
let n = 0;
for (const e of r.trace!.entries) {
  const s = (() => { try { return entrySentence(e, state, words); } catch { return JSON.stringify(e); } })();
  state.advance(e);
  if (['timer', 'high-watermark'].includes(e.kind)) continue;
  if (filter.test(s) && !skip.test(s)) { if (n++ < Number(process.env.N ?? 400)) console.log(((e.timeUs - r.trace!.workloadStartUs) / 1000).toFixed(1), e.kind.slice(0, 9), s.slice(0, 230)); }
}
