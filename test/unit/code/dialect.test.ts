import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /^(bin|lib|core|functions|local|packages|scripts|web\/src)\/.*\.(ts|tsx|mjs)$/.test(file))
  .filter((file) => !/(^|\/)test\//.test(file));

/** Lines of production files that a pattern matches, as `file: line`. */
const linesWith = (pattern: RegExp, among: (file: string) => boolean = () => true): string[] =>
  files.filter(among).flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    return lines.filter((line) => pattern.test(line)).map((line) => `${file}: ${line.trim()}`);
  });

/** A class is what `instanceof Error` takes, and what the SDK constructs in place of its own. */
const CLASSES = new Set(['core/platform/no-endpoint-cache.ts: export class EndpointCache {']);

/** Its docstring gives the reason. */
const CAST = 'core/channels/derived.ts';

describe('the production code', () => {
  it('is looked at', () => {
    expect(files.length).toBeGreaterThan(300);
  });

  it('has no classes but CDK constructs in lib/ and errors', () => {
    const classes = linesWith(
      /^\s*(export )?(default )?(abstract )?class (?!\w+ extends Error\b)/,
      (file) => !file.startsWith('lib/'),
    );
    expect(classes.filter((line) => !CLASSES.has(line))).toEqual([]);
  });

  it('has no constructors or fields behind this, but in errors and constructs', () => {
    expect(linesWith(/\bthis\.#?\w+/, (file) => !/^(lib|web)\//.test(file) && !file.endsWith('aws-json.ts'))).toEqual(
      [],
    );
  });

  it('names zod schemas …Schema', () => {
    const schemas = /^(?:export )?const (?!\w*(?:Schema|SCHEMA)\b)\w+(?:: [^=]+)? = z(?:$|\.(?!keyof\b)\w+\()/;
    expect(linesWith(schemas)).toEqual([]);
  });

  it('returns readonly arrays in the local stack', () => {
    const isLocal = (file: string) => /^(packages\/cdk-local|local|scripts)\//.test(file);
    expect(linesWith(/\): \w+\[\](?: =>|;)|Promise<\w+\[\]>/, isLocal)).toEqual([]);
  });

  it('casts nothing but the object that derives from the channels: as const is the only other as', () => {
    const casts = /[\w)\]}'] as (?!const\b)(?:any|unknown|never|readonly|typeof|keyof|string|number|[A-Z]\w*)\b/;
    const isOther = (line: string) => /^(?:\*|\/\/|\/\*\*|import\b|export (?:type )?\{|\w+ as \w+,$|$)/.test(line);
    const code = linesWith(/\bas\b/).map((found) => {
      const [file = '', ...line] = found.split(': ');
      return { file, line: line.join(': ').replaceAll(/'[^']*'|"[^"]*"|`[^`]*`/g, "''") };
    });
    expect(code.filter(({ file, line }) => casts.test(line) && !isOther(line) && file !== CAST)).toEqual([]);
  });
});

it('packages/cdk-local does not mention Gatebell', () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'packages/cdk-local'], {
    cwd: root,
    encoding: 'utf8',
  });
  const found = listed
    .trim()
    .split('\n')
    .filter((file) => existsSync(join(root, file)))
    .filter((file) =>
      /gatebell|\bproducts?\b|product_|\b(?:olivia|alice|rita)\b/i.test(readFileSync(join(root, file), 'utf8')),
    );
  expect(listed).toContain('packages/cdk-local/src/stack.ts');
  expect(found).toEqual([]);
});
