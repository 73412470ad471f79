import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

const DOCUMENTS = ['README.md', 'docs/deploy.md', 'docs/runbook.md', 'docs/architecture.md', 'reporter/README.md'];

/** Where each command that a document shows is run; it begins a line of a fenced `sh` block. */
const RUN_BY: readonly (readonly [command: RegExp, by: string])[] = [
  [/^npm ci( && npm start)?$/, '.ci/run'],
  [/^npm start$/, 'test/flow/first-commands.test.ts'],
  [/^npm run demo$/, 'test/flow/first-commands.test.ts'],
  [/^npm run report -- \S+ --dry-run$/, 'test/unit/reporter/report.test.ts'],
  [/^npm run alarm -- \S+$/, 'test/flow/exceptions.test.ts'],
  [/^npm (run check|test)$/, '.ci/run'],
  [/^npx cdk (synth|deploy|diff|destroy) -c stage=\w+$/, 'test/infra/app.test.ts'],
];

/** Commands of CDK and npm that change an account or this checkout: known by name, and not run by a test. */
const NOT_RUN = [/^npx cdk bootstrap$/, /^npm run (fix|synth|bench|seed|redrive|faults|fuzz|cost)\b/];

/** The commands of the `sh` blocks of a document, without comments, continued lines joined. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const isOurs = (command: string) => /^(npm|npx)\b/.test(command);

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('shows commands only that something runs, or that are known not to be', () => {
    const unknown = commandsIn(text)
      .filter(isOurs)
      .filter((command) => ![...RUN_BY.map(([known]) => known), ...NOT_RUN].some((known) => known.test(command)));
    expect(unknown).toEqual([]);
  });

  it('names npm scripts only that are there', () => {
    const named = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('links to files only that are there', () => {
    const linked = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target));
    expect(linked.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([]);
  });

  it('names fixtures only that are there', () => {
    const named = [...text.matchAll(/test\/fixtures\/[\w./-]+\w/g)].map(([path]) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

it('who is said to run a command is there', () => {
  expect(RUN_BY.filter(([, by]) => !existsSync(join(root, by)))).toEqual([]);
});

it('the example jobs call the reporter as it is, in the folder that they say', () => {
  for (const file of ['examples/github-actions.yml', 'examples/gitlab-ci.yml']) {
    expect(read(file)).toMatch(/node \.gatebell\/report\.mjs \S+ --product "\$GATEBELL_PRODUCT" --fail-on-gate$/m);
    for (const [name] of read(file).matchAll(/GATEBELL_[A-Z_]+/g)) {
      if (name !== 'GATEBELL_PRODUCT') expect(read('reporter/report.mjs')).toContain(name);
    }
  }
});
