import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import config from '../../../.dependency-cruiser.js';

/** Every way to name another module, in TypeScript. */
const KINDS: Readonly<Record<string, (path: string) => string>> = {
  import: (path) => `import { x } from '${path}';\nconsole.log(x);\n`,
  'side-effect import': (path) => `import '${path}';\n`,
  'dynamic import': (path) => `export const x = () => import('${path}');\n`,
  're-export': (path) => `export { x } from '${path}';\n`,
  'export of all': (path) => `export * from '${path}';\n`,
  'type import': (path) => `import type { X } from '${path}';\nexport const x = (y: X): X => y;\n`,
  'inline type import': (path) => `import { type X } from '${path}';\nexport const x = (y: X): X => y;\n`,
  'type re-export': (path) => `export type { X } from '${path}';\n`,
};

/** A forbidden pair for each rule; where types may cross, `typesMayCross`. */
const FORBIDDEN = [
  { rule: 'models-are-pure', from: 'core/gates/model.ts', to: 'functions/products/a.ts' },
  { rule: 'core-knows-no-lambda', from: 'core/gates/a.ts', to: 'functions/products/a.ts' },
  { rule: 'platform-knows-no-subject', from: 'core/platform/a.ts', to: 'core/gates/b.ts' },
  { rule: 'config-reads-the-environment', from: 'core/products/a.ts', to: 'core/config.ts' },
  { rule: 'lambdas-are-strangers', from: 'functions/settings/a.ts', to: 'functions/products/a.ts' },
  { rule: 'lib-takes-the-contract-only', from: 'lib/a.ts', to: 'core/gates/b.ts' },
  { rule: 'production-is-not-local', from: 'functions/settings/b.ts', to: 'local/a.ts' },
  { rule: 'packages-know-no-product', from: 'packages/cdk-local/a.ts', to: 'core/gates/b.ts' },
  { rule: 'packages-know-no-product', from: 'packages/cdk-local/test/a.test.ts', to: 'test/eventually.ts' },
  { rule: 'page-is-a-stranger', from: 'local/b.ts', to: 'web/src/a.ts' },
  { rule: 'page-takes-types-only', from: 'web/src/b.ts', to: 'core/gates/b.ts', typesMayCross: true },
  {
    rule: 'stores-alone-touch-the-table',
    from: 'core/gates/c.ts',
    to: 'node_modules/@aws-sdk/client-dynamodb/index.ts',
    typesMayCross: true,
  },
] as const;

const Output = z.object({
  summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }),
});

const plantedPath = (from: string, kind: string): string =>
  from.endsWith('/model.ts') ? from : from.replace(/\.ts$/, `-${kind.replaceAll(' ', '-')}.ts`);

const write = (root: string, file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

/** Which files of a tree break which rules, as `file rule`. */
const violationsIn = async (root: string): Promise<ReadonlySet<string>> => {
  const { output } = await cruise(['.'], {
    ...config.options,
    baseDir: root,
    outputType: 'json',
    validate: true,
    ruleSet: { forbidden: config.forbidden ?? [] },
  });
  const { violations } = Output.parse(JSON.parse(String(output))).summary;
  return new Set(violations.map(({ from, rule }) => `${from} ${rule.name}`));
};

describe.each(Object.entries(KINDS))('a forbidden %s', (kind, text) => {
  const root = mkdtempSync(join(tmpdir(), 'gatebell-boundaries-'));
  afterAll(() => rmSync(root, { recursive: true }));
  let found: ReadonlySet<string> = new Set();

  beforeAll(async () => {
    for (const { from, to } of FORBIDDEN) {
      write(root, to, 'export type X = 1;\nexport const x = 1;\n');
      write(root, plantedPath(from, kind), text(relative(dirname(from), to).replace(/^(?!\.)/, './')));
    }
    found = await violationsIn(root);
  });

  const typeOnly = kind.includes('type');
  test.each(FORBIDDEN.filter((pair) => !(typeOnly && 'typesMayCross' in pair)))('breaks $rule', ({ rule, from }) => {
    expect(found).toContain(`${plantedPath(from, kind)} ${rule}`);
  });
  test.each(FORBIDDEN.filter((pair) => typeOnly && 'typesMayCross' in pair))('is none for $rule', ({ rule, from }) => {
    expect(found).not.toContain(`${plantedPath(from, kind)} ${rule}`);
  });
});

/** `import('./a.ts').X` in a type, or `typeof import('./a.ts')`: the parser of the module boundaries sees neither. */
const UNSEEN = /typeof import\(|(?<!await )\bimport\('[^']*'\)\.(?!then\b)/;

test('no file names a module inside a type', () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx'], { encoding: 'utf8' }).trim().split('\n');
  const unseen = files.filter((file) => file !== 'test/unit/boundaries/boundaries.test.ts');
  expect(files.length).toBeGreaterThan(500);
  expect(unseen.filter((file) => UNSEEN.test(readFileSync(file, 'utf8')))).toEqual([]);
});
