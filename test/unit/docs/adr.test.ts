import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** `001-lease-each-target.md`, in order. */
const records = readdirSync(join(root, 'docs/adr'))
  .filter((file) => file !== 'README.md')
  .toSorted();

const PLACES = [
  '*.{md,ts}',
  'docs/**/*.md',
  '{bench,bin,core,functions,lib,local,packages,scripts,test,web/src}/**/*.{ts,tsx,md,mjs}',
];

/** Every place that names a record: `docs/adr/001`, `docs/adr/001-….md` or `ADR 001`. */
const references = globSync(PLACES, { cwd: root, exclude: ['**/node_modules/**'] }).flatMap((file) =>
  [...read(file).matchAll(/\badr\/(\d{3}(?:-[a-z0-9-]+\.md)?)|\bADR\s+(?:\* )?(\d{3})\b/g)].map(
    ([, path, number = '']) => ({ file, record: path ?? number }),
  ),
);

it('numbers records from 001 without gaps', () => {
  const numbers = records.map((_, index) => String(index + 1).padStart(3, '0'));
  expect(records.map((file) => file.slice(0, 3))).toEqual(numbers);
});

it('lists every record in the index, by its title', () => {
  const rows = [...read('docs/adr/README.md').matchAll(/^- \[(\d{3})\]\((.+?)\) (.+)$/gm)].map(
    ([, number = '', file = '', title = '']) => ({ file, heading: `# ${number} ${title}` }),
  );
  expect(rows).toEqual(records.map((file) => ({ file, heading: read(`docs/adr/${file}`).split('\n')[0] })));
});

it('refers to records that exist', () => {
  expect(references.length).toBeGreaterThan(20);
  expect(references.filter(({ record }) => !records.some((file) => file.startsWith(record)))).toEqual([]);
});

it('links records to one another', () => {
  const links = records.flatMap((file) =>
    [...read(`docs/adr/${file}`).matchAll(/\]\((\d{3}-[^)#]+)\)/g)].map(([, target]) => ({ file, target })),
  );
  expect(links.filter(({ target }) => !records.some((file) => file === target))).toEqual([]);
});
