import { bundleFunctions } from './bundles.ts';
import { declareCloud } from './declared-cloud.ts';
import { NO_FAULTS } from './faults.ts';
import { Simulation } from './simulation.ts';
import { TableEngine } from './table-engine.ts';

let t = performance.now();
const lap = (w: string) => { console.log(w, Math.round(performance.now() - t), JSON.stringify(process.cpuUsage())); t = performance.now(); };
const declared = declareCloud(); lap('declare');
const bundles = await bundleFunctions(); lap('bundle');
const [table] = declared.tables;
if (table === undefined) throw new Error('no table');
const engine = await TableEngine.start(table); lap('engine');
const shelf: any[] = [];
for (let i = 0; i < 6; i++) {
  await engine.renew(); lap('renew');
  const sim = new Simulation({ declared, bundles, engine, seed: 'a', faults: NO_FAULTS, behaviours: [], shelf, doubled: 0.3, unruly: false });
  const counts = { critical: 3, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  sim.addClient([
    { kind: 'call', call: () => ({ function: 'settings', route: 'PATCH /api/settings', body: { email_from: 'gate@example.org', base_url_frontend: 'https://gatebell.example.org' } }) },
    { kind: 'call', call: () => ({ function: 'products', route: 'POST /api/products', body: { name: 'Alpha', notification_email_to: 'team@example.org', notification_slack_webhook: 'https://hooks.slack.com/services/T0/B0/alpha' } }) },
    { kind: 'call', call: (a) => ({ function: 'products', route: 'PUT /api/products/{product_id}/observation_counts', path: { product_id: String(Reflect.get(Object(a[1]?.body), 'id')) }, body: counts }) },
  ]);
  try { await sim.run(); } catch (e) { console.log(e); }
  lap('run');
  console.log(sim.answers.map((a) => a.status), sim.outside.taken.length, sim.sites.length, sim.time.nowMs - Date.parse('2026-12-02T14:00:00.000Z'));
  console.log(sim.sites.map((s) => `${s.functionName}:${s.operation}`).join(' '));
  for (const l of sim.logs) if (!l.line.includes("QueueUrl")) console.log("   ", l.functionName, l.line.slice(0, 400));
}
await engine.stop();
