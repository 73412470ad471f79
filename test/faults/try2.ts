import { Laboratory } from './laboratory.ts';
import { SCENARIOS } from './scenarios.ts';
const lab = await Laboratory.open();
let shown = 0;
for (let round = 0; round < 6; round++) for (const scenario of SCENARIOS.slice(0, 7)) {
  const runs: string[][] = [];
  for (let i = 0; i < 4; i++) runs.push((await lab.discover(scenario, 'crash points')).sites.map((s) => `${s.functionName}#${s.invocation} ${s.operation}`));
  for (const r of runs.slice(1)) { const at = r.findIndex((x, i) => x !== runs[0]?.[i]); if (at >= 0 && shown++ < 6) console.log(scenario.name, at, runs[0]?.slice(at - 4, at + 5), r.slice(at - 4, at + 5)); }
}
await lab.close();
