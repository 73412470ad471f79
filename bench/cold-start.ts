import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { FUNCTION } from '../core/contract.ts';
import { builtFunctions } from '../lib/bundle.ts';
import { isBehindApi, readBundle, startWeight, type Weight, weightLimit } from '../test/bundle-weight.ts';
import { callOf } from './api-event.ts';
import { type Bench, type Check, markdownTable, median, rounded } from './bench.ts';
import { type Start, startOnce } from './child-start.ts';
import { bundleFloors, type Floor } from './floor-bundles.ts';
import { lambdaEnvironment } from './lambda-environment.ts';
import { loopbackCertificate } from './tls-certificate.ts';

const ROUNDS = { short: 1, long: 15 } as const;
const EMPTY = 'an empty handler' satisfies Floor;
const DEFAULT = 'default client-dynamodb' satisfies Floor;

const ID = '01KAT3NDEKTSV4RRFFQ69G5FAV';

/** The first call of a function, where that begins with one request to AWS as the floor's does. */
const FIRST_CALLS: Readonly<Record<string, unknown>> = {
  [DEFAULT]: {},
  [FUNCTION.products]: callOf('GET /api/products/{product_id}', { path: { product_id: ID } }),
  [FUNCTION.settings]: callOf('GET /api/settings'),
  [FUNCTION.notifications]: callOf('GET /api/notifications/{notification_id}', { path: { notification_id: ID } }),
};

/** A DynamoDB that has nothing and says so at once, over TLS. */
const startEmptyAws = async (directory: string) => {
  const { key, cert } = loopbackCertificate();
  const certificateFile = join(directory, 'certificate.pem');
  writeFileSync(certificateFile, cert);
  const server = createServer({ key, cert }, (request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const environment = { ...lambdaEnvironment(`https://localhost:${port}`), NODE_EXTRA_CA_CERTS: certificateFile };
  return { environment, server };
};

type Candidate = { readonly name: string; readonly bundle: string; readonly weight: Weight };

const bundleAll = async (directory: string): Promise<Candidate[]> => {
  const functions = Object.values(FUNCTION);
  const floors = [...(await bundleFloors(directory))];
  const built = builtFunctions();
  const folders = [...floors, ...functions.map((name) => [name, join(built, name)] as const)];
  return folders.map(([name, folder]) => ({
    name,
    bundle: pathToFileURL(join(folder, 'index.mjs')).href,
    weight: startWeight(readBundle(folder)),
  }));
};

type Measured = Candidate & { readonly starts: readonly Start[] };

/** All of them in turn, again and again: what disturbs the machine disturbs each. */
const startAll = async (
  candidates: readonly Candidate[],
  rounds: number,
  environment: Record<string, string>,
): Promise<Measured[]> => {
  const measured = candidates.map((candidate) => ({ ...candidate, starts: [] as Start[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, bundle, starts } of measured) {
      starts.push(await startOnce(bundle, { environment, event: FIRST_CALLS[name] ?? null }));
    }
  }
  return measured;
};

const medianOf = ({ starts }: Measured, pick: (start: Start) => number | undefined): number =>
  median(starts.flatMap((start) => pick(start) ?? []));
const startCpu = (measured: Measured): number => medianOf(measured, ({ ready }) => ready.cpuMs);
const callCpu = (measured: Measured): number => medianOf(measured, ({ answered }) => answered?.cpuMs);

/** A share of the default client's time, both over an empty handler's. */
const shareOf = (all: readonly Measured[], cpu: (measured: Measured) => number) => {
  const find = (name: Floor) => all.find((one) => one.name === name);
  const [empty, whole] = [find(EMPTY), find(DEFAULT)];
  if (empty === undefined || whole === undefined) throw new Error('The floors were not measured');
  const floor = startCpu(empty);
  return (measured: Measured): number => (cpu(measured) - floor) / (cpu(whole) - floor);
};

const KB = 1024;
const shown = (value: number): number | string => (Number.isNaN(value) ? '–' : rounded(value));

const HEAD = [
  'bundle',
  'KB minified',
  'KB gzipped',
  'ms to ready',
  'CPU ms to ready',
  'over empty, × default client',
  'ms to first answer over TLS',
  'CPU ms to first answer',
  'over empty, × default client ',
];

const rowsOf = (all: readonly Measured[]) => {
  const [startShare, callShare] = [shareOf(all, startCpu), shareOf(all, callCpu)];
  return all.map((measured) => [
    measured.name,
    rounded(measured.weight.minified / KB),
    rounded(measured.weight.gzipped / KB),
    shown(medianOf(measured, ({ ready }) => ready.ms)),
    shown(startCpu(measured)),
    shown(startShare(measured)),
    shown(medianOf(measured, ({ answered }) => answered?.ms)),
    shown(callCpu(measured)),
    shown(callShare(measured)),
  ]);
};

/** The most of the default client's time that a start may take, and that a start with a first call over TLS may. */
const MOST = { api: 0.9, behindIt: 1.1, firstCall: 0.75 } as const;

const checksOf = (all: readonly Measured[]): Check[] => {
  const [startShare, callShare] = [shareOf(all, startCpu), shareOf(all, callCpu)];
  return Object.values(FUNCTION).flatMap((name) => {
    const measured = all.find((one) => one.name === name);
    if (measured === undefined) throw new Error(`${name} was not measured`);
    const [limit, most] = [weightLimit(name), isBehindApi(name) ? MOST.api : MOST.behindIt];
    const [start, call] = [startShare(measured), callShare(measured)];
    const { minified, gzipped } = measured.weight;
    const light = minified <= limit.minified && gzipped <= limit.gzipped;
    return [
      { what: `${name}: the bundle is within its budget`, kind: 'count', holds: light },
      {
        what: `${name}: its start takes ${rounded(start)} × the default client's, at most ${most}`,
        kind: 'time',
        holds: start <= most,
      },
      ...(Number.isNaN(call)
        ? []
        : [
            {
              what: `${name}: start and first call over TLS take ${rounded(call)} × the default client's, at most ${MOST.firstCall}`,
              kind: 'time' as const,
              holds: call <= MOST.firstCall,
            },
          ]),
    ] satisfies Check[];
  });
};

export const coldStart: Bench = {
  about: 'What a start costs, each in a process of its own: processor time of the whole process, Node included',
  run: async ({ short, print }) => {
    const directory = mkdtempSync(join(tmpdir(), 'gatebell-bench-'));
    const { environment, server } = await startEmptyAws(directory);
    try {
      const measured = await startAll(await bundleAll(directory), ROUNDS[short ? 'short' : 'long'], environment);
      print(markdownTable(HEAD, rowsOf(measured)));
      return checksOf(measured);
    } finally {
      server.closeAllConnections();
      server.close();
      rmSync(directory, { recursive: true });
    }
  },
};
