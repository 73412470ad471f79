/** `npm run bench:lists [-- N …]`: prints what pages cost, as docs/adr/010-three-ways-to-list.md shows it. */
import { measureLists } from '../test/list-cost.ts';

const sizes = process.argv.slice(2).map(Number);
const costs = [];
for (const size of sizes.length > 0 ? sizes : [1_000, 100_000, 1_000_000]) costs.push(...(await measureLists(size)));

console.log('| notifications | reader | query | shown on the first page | requests | items read |');
console.log('| ---: | --- | --- | ---: | ---: | ---: |');
for (const { notifications, reader, query, shown, dearest } of costs) {
  const first = query === 'unviewed count' ? '' : shown;
  console.log(
    `| ${notifications.toLocaleString('en')} | ${reader} | ${query} | ${first} | ${dearest.requests} | ${dearest.items} |`,
  );
}
