import { generatePlan } from './properties/arbitraries/generate.ts';
for (let i = 0; i < 60; i++) { const p = generatePlan('h3', i, { defects: ['late_marker_completes_next_txn_tv2'] });
 const f = p.faults.filter((f) => f.kind === 'message' && f.api === 'WriteTxnMarkers' && f.id === 0);
 if (f.length) console.log(i, JSON.stringify(f[0]), p.configuration['request.timeout.ms'], JSON.stringify(p.operations.filter((o) => o.client === p.clients.filter((c) => c.kind === 'producer' && c.transactionalId).at(-1)!.name).map((o) => [o.atMs, o.kind.slice(0, 6)]))); }
