import { generatePlan } from './properties/arbitraries/generate.ts';
for (let i = 0; i < 60; i++) { const p = generatePlan('h3', i, { defects: ['late_marker_completes_next_txn_tv2'] });
 const f = p.faults.filter((f) => f.kind === 'message' && f.api === 'WriteTxnMarkers' && f.type === 'request' && f.effect === 'delay');
 if (f.length) console.log(i, JSON.stringify(f), p.configuration['request.timeout.ms'], p.faults.length, p.operations.length); }
