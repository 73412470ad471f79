import { Laboratory, pointsOf } from './laboratory.ts';
import { SCENARIOS } from './scenarios.ts';
const lab = await Laboratory.open();
const only = process.argv[2];
for (const scenario of SCENARIOS) {
  if (only && only !== scenario.name) continue;
  const t = performance.now();
  const found = await lab.discover(scenario, 'crash points');
  console.log(scenario.name, found.sites.length, found.doubles, Math.round(performance.now() - t), found.problems);
  if (process.argv[3]) {
    let n = 0, doubles = 0, bad = 0;
    for (const [point, site] of pointsOf(found.sites)) {
      const o = await lab.visit(scenario, 'crash points', point, site);
      n++; doubles += o.doubles;
      if (o.problems.length) { bad++; console.log('  ', point.functionName, point.nth, point.fault, site.operation, o.problems.map((p) => p.slice(0, 300))); }
    }
    console.log('  points', n, 'doubles', doubles, 'bad', bad, Math.round(performance.now() - t), 'ms', JSON.stringify(process.cpuUsage()));
  }
}
await lab.close();
