import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/README.md',
  'docs/get-started.md',
  'docs/deploy.md',
  'docs/integrate.md',
  'docs/runbook.md',
  'docs/architecture.md',
  'packages/reporter/README.md',
  'packages/cdk-local/README.md',
];

/** Where each command that a document shows is run; it begins a line of a fenced `sh` block. */
const RUN_BY: readonly (readonly [command: RegExp, by: string])[] = [
  [/^npm ci( && npm start)?$/, '.ci/run'],
  [/^npm start$/, 'test/flow/first-commands.test.ts'],
  [/^npm run demo$/, 'test/flow/first-commands.test.ts'],
  [/^npm run report -- \S+ --dry-run$/, 'test/unit/reporter/report.test.ts'],
  [/^(TOKEN|API|PRODUCT)=|^curl -s -X \w+ \$API\/|^npm run alarm -- \S+$/, 'test/flow/first-commands.test.ts'],
  [/^aws /, 'test/unit/docs/aws-commands.test.ts'],
  [/^npm run (redrive|migrate) -- --stage \w+( --rate N)?$/, 'test/flow/redrive.test.ts'],
  [/^npm run restore -- --stage \w+ --table \S+$/, 'test/deep/flow/restore.test.ts'],
  [/^npm (run check|test|run test:deep)$/, '.ci/run'],
  [/^npx vitest run test\/\S+( -t "\w+"| -u| --inspect-brk --no-file-parallelism)?$/, '.ci/run'],
  [/^npx cdk (synth|deploy|diff|destroy) (--all )?-c stage=\w+( --[a-z-]+( \w+)?)*$/, 'test/infra/app.test.ts'],
];

/** Commands that change an account or this checkout: known by name, and not run by a test. */
const NOT_RUN = [
  /^git pull$/,
  /^npx cdk bootstrap( aws:\/\/ACCOUNT\/us-east-1)?$/,
  /^npm run (fix|synth|bench|seed|faults|fuzz|model|cost)\b/,
];

/** Stands for a name in a path. */
const NAMES = /\/NAME\b/;

/** The commands of the `sh` blocks of a document, without comments, continued lines joined. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('shows commands only that something runs, or that are known not to be', () => {
    const unknown = commandsIn(text).filter(
      (command) => ![...RUN_BY.map(([known]) => known), ...NOT_RUN].some((known) => known.test(command)),
    );
    expect(unknown).toEqual([]);
  });

  it('names npm scripts only that are there', () => {
    const named = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('links to files only that are there', () => {
    const linked = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      // GitHub's own address of a workflow, relative to the repository's.
      .map((target) =>
        target.replace(/^\.\.\/\.\.\/actions\/workflows\/([\w.]+\.yml)(\/badge\.svg)?$/, '.github/workflows/$1'),
      );
    expect(linked.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([]);
  });

  it('names files and folders only that are there', () => {
    const named = [...text.matchAll(/(?<![\w/.-])(?:test|bench|core|functions|lib|local|scripts|web)\/[\w./-]*\w/g)];
    expect(named.map(([path]) => path).filter((path) => !NAMES.test(path) && !existsSync(join(root, path)))).toEqual(
      [],
    );
  });
});

it('the CDK CLI has the options that the documents use', () => {
  const used = DOCUMENTS.flatMap((document) => commandsIn(read(document))).flatMap((command) =>
    command.startsWith('npx cdk deploy ') ? [...command.matchAll(/ (--[a-z-]+)/g)].map(([, name = '']) => name) : [],
  );
  const help = execFileSync('node_modules/.bin/cdk', ['deploy', '--help'], { cwd: root, encoding: 'utf8' });
  expect(used).toContain('--rollback-trigger-alarm-arns');
  expect(used.filter((name) => !help.includes(` ${name} `))).toEqual([]);
});

it('the map of the documentation leads to every page, and the README to the five', () => {
  const linked = [...read('docs/README.md').matchAll(/\]\(([\w./-]+\.md)\)/g)].map(([, target = '']) =>
    join('docs', target),
  );
  const pages = globSync('docs/*.md', { cwd: root }).filter((page) => page !== 'docs/README.md');
  expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
  const five = linked.slice(0, 5);
  expect(five).toEqual([
    'docs/get-started.md',
    'docs/deploy.md',
    'docs/integrate.md',
    'docs/runbook.md',
    'CONTRIBUTING.md',
  ]);
  for (const page of five) {
    expect(read('README.md')).toContain(`](${page})`);
    // What one has at its end.
    expect(read(page)).toMatch(/^# .+\n\n(?:At the end of this page|For on-call engineers)/);
  }
});

it("the README's badges are true", () => {
  const badges = [...read('README.md').matchAll(/img\.shields\.io\/badge\/([^)]+)\)/g)].map(([, badge]) => badge);
  const { license, version } = z
    .object({ license: z.string(), version: z.string() })
    .parse(JSON.parse(read('package.json')));
  const status = version.split('.').slice(0, 2).join('.');
  expect(badges).toEqual([`license-${license.replaceAll('-', '--')}-blue`, `status-${status}-orange`]);
});

it('the first screen of the README is two screens at most', () => {
  expect(read('README.md').split('\n').length).toBeLessThan(80);
});

it('the test that runs a command exists', () => {
  expect(RUN_BY.filter(([, by]) => !existsSync(join(root, by)))).toEqual([]);
});

/** What a job of each service may look like, as far as the examples go: GitHub's and GitLab's own schemas are far larger. */
const step = z.union([
  z.strictObject({ uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+$/), with: z.record(z.string(), z.unknown()) }),
  z.strictObject({ name: z.string(), env: z.record(z.string(), z.string()).optional(), run: z.string() }),
]);
const gitHubWorkflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({ push: z.strictObject({ branches: z.array(z.string()) }) }),
  permissions: z.strictObject({ contents: z.literal('read') }),
  jobs: z.strictObject({ scan: z.strictObject({ 'runs-on': z.string(), steps: z.array(step) }) }),
});
const gitLabJob = z.strictObject({
  stage: z.string(),
  image: z.union([z.string(), z.strictObject({ name: z.string(), entrypoint: z.array(z.string()) })]),
  script: z.array(z.string()).min(1),
  artifacts: z.strictObject({ paths: z.array(z.string()) }).optional(),
  rules: z.array(z.strictObject({ if: z.string() })),
});
const gitLabPipeline = z.strictObject({ stages: z.array(z.string()), scan: gitLabJob, report: gitLabJob });

const azureStep = z.union([
  z.strictObject({ checkout: z.literal('self'), persistCredentials: z.literal(false) }),
  z.strictObject({ task: z.string().regex(/^\w+@\d+$/), inputs: z.record(z.string(), z.string()) }),
  z.strictObject({ script: z.string(), displayName: z.string(), env: z.record(z.string(), z.string()).optional() }),
]);
const azurePipeline = z.strictObject({
  trigger: z.strictObject({ branches: z.strictObject({ include: z.array(z.string()) }) }),
  pr: z.literal('none'),
  pool: z.strictObject({ vmImage: z.string() }),
  variables: z.array(z.strictObject({ group: z.string() })),
  steps: z.array(azureStep),
});

describe('the example jobs', () => {
  it('have the form of their services', () => {
    gitHubWorkflow.parse(parse(read('examples/github-actions.yml')));
    const { stages, scan, report } = gitLabPipeline.parse(parse(read('examples/gitlab-ci.yml')));
    expect([scan.stage, report.stage]).toEqual(stages);
    azurePipeline.parse(parse(read('examples/azure-pipelines.yml')));
    const jenkins = read('examples/Jenkinsfile').replaceAll(/'[^'\n]*'|\/\/.*/g, '');
    for (const [open, close] of ['{}', '()', '[]'])
      expect(jenkins.split(open ?? '')).toHaveLength(jenkins.split(close ?? '').length);
    expect([...jenkins.matchAll(/^\s*([a-z]+) \{$/gm)].map(([, name]) => name)).toEqual([
      'pipeline',
      'stages',
      'steps',
      'steps',
    ]);
  });

  it('name variables only that the reporter reads', () => {
    for (const file of ['github-actions.yml', 'gitlab-ci.yml', 'azure-pipelines.yml', 'Jenkinsfile']) {
      for (const [name] of read(`examples/${file}`).matchAll(/GATEBELL_[A-Z_]+/g)) {
        if (name !== 'GATEBELL_PRODUCT') expect(read('packages/reporter/report.mjs')).toContain(name);
      }
    }
  });
});
