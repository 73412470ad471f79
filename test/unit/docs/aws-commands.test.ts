import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/**
 * The AWS CLI is made from the models that the SDK's clients are made from: an operation of a client is a command, and a
 * member of its input an option. So each `aws` line of the documents is held against the client.
 */
const CLIENTS: Readonly<Record<string, () => Promise<object>>> = {
  'cognito-idp': () => import('@aws-sdk/client-cognito-identity-provider'),
  dynamodb: () => import('@aws-sdk/client-dynamodb'),
  kms: () => import('@aws-sdk/client-kms'),
  lambda: () => import('@aws-sdk/client-lambda'),
  ses: () => import('@aws-sdk/client-ses'),
  sqs: () => import('@aws-sdk/client-sqs'),
};

/**
 * Of services whose clients nothing else here needs: commands as their API references have them (UpdateTerminationProtection of
 * CloudFormation, GetResources of the Resource Groups Tagging API).
 */
const LOOKED_UP = [
  'aws cloudformation update-termination-protection --stack-name gatebell-prod --no-enable-termination-protection',
  "aws resourcegroupstaggingapi get-resources --tag-filters Key=app,Values=gatebell Key=stage,Values=prod --query 'ResourceTagMappingList[].ResourceARN'",
];

/** Options of every command ("Command line options", AWS CLI user guide). */
const GLOBAL = ['query', 'output', 'region', 'profile'];

const DOCUMENTS = ['README.md', 'docs/deploy.md', 'docs/runbook.md', 'lib/next-steps.ts'];

type Line = { readonly text: string; readonly service: string; readonly operation: string; readonly words: string[] };

const lines = DOCUMENTS.flatMap((file) => {
  const text = readFileSync(join(import.meta.dirname, '../../..', file), 'utf8');
  const found = [...text.matchAll(/(?<=^ *`?|[(\s]`)aws [a-z][^`\n]*/gm)].map(([line]) => line.trim());
  return found
    .filter((line) => !LOOKED_UP.includes(line))
    .map((line): Line => {
      const [, service = '', operation = '', ...words] = line.split(/\s+/);
      return { text: `${file}: ${line}`, service, operation, words };
    });
});

/** Smithy's schemas as the clients carry them: an operation has its input and output, a structure its members. */
const anyOperation = z.tuple([z.literal(9), z.string(), z.string(), z.unknown(), z.unknown(), z.unknown()]);
const anyStructure = z
  .tuple([z.literal(3), z.string(), z.string(), z.unknown(), z.array(z.string()), z.array(z.unknown())])
  .rest(z.unknown());

const UNIT = { names: [], types: [], required: [] };

type Structure = {
  readonly names: readonly string[];
  readonly types: readonly unknown[];
  readonly required: readonly string[];
};

/** Schemas name one another by a function, alone or beside traits; an operation without input takes a unit. */
const structure = (reference: unknown): Structure => {
  if (typeof reference === 'function') return structure(reference());
  if (Array.isArray(reference) && typeof reference[0] === 'function') return structure(reference[0]);
  if (typeof reference === 'string') return UNIT;
  const [, , , , names, types, required = 0] = anyStructure.parse(reference);
  return { names, types, required: names.slice(0, z.int().parse(required)) };
};

const hasMember = ({ names, types }: Structure, [first, ...rest]: readonly string[]): boolean =>
  first === undefined ||
  (names.includes(first) && (rest.length === 0 || hasMember(structure(types[names.indexOf(first)]), rest)));

/** `admin-create-user` → `AdminCreateUser`. */
const pascalCase = (kebab: string) => kebab.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** `UserPoolId` → `user-pool-id`. */
const kebabCase = (pascal: string) => pascal.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

const operationOf = async ({ service, operation }: Line) => {
  const client = new Map<string, unknown>(Object.entries((await CLIENTS[service]?.()) ?? {}));
  const [, , , , input, output] = anyOperation.parse(client.get(`${pascalCase(operation)}$`));
  return { input: structure(input), output: structure(output) };
};

const optionsOf = ({ words }: Line): Map<string, string> =>
  new Map(words.flatMap((word, at) => (word.startsWith('--') ? [[word.slice(2), words[at + 1] ?? ''] as const] : [])));

it('the documents have lines for the AWS CLI, each of a service that is known here', () => {
  expect(lines.length).toBeGreaterThan(8);
  expect([...new Set(lines.map(({ service }) => service))].toSorted()).toEqual(Object.keys(CLIENTS).toSorted());
});

describe.each(lines)('$text', (line) => {
  it('names an operation, options that it has, and all that it wants', async () => {
    const { input } = await operationOf(line);
    const options = [...optionsOf(line).keys()];
    const names = input.names.map(kebabCase);
    // A flag is turned off by `--no-`.
    const known = [...names, ...names.map((name) => `no-${name}`), ...GLOBAL];
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
    // Part of a line of next-steps.ts comes by a variable.
    if (line.text.includes('${')) return;
    expect(input.required.map(kebabCase).filter((option) => !options.includes(option))).toEqual([]);
  });

  it('asks of the answer only what is in it', async () => {
    const { output } = await operationOf(line);
    expect(hasMember(output, optionsOf(line).get('query')?.split('.') ?? [])).toBe(true);
  });
});
