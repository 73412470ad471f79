import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { FUNCTION } from '../core/contract.ts';
import { builtFunctions, type FunctionName } from '../lib/bundle.ts';
import { isBehindApi, readBundle, startWeight, weightLimit } from '../test/bundle-weight.ts';
import { callOf } from './api-event.ts';
import { type Bench, type Check, markdownTable, median, rounded } from './bench.ts';
import { bundleFloors } from './floor-bundles.ts';
import { lambdaEnvironment } from './lambda-environment.ts';
import { isAtMost, pairedRatio, type Ratio, shownRatio } from './pairs.ts';
import { type StartGroup, startInGroups } from './start-pairs.ts';
import { loopbackCertificate } from './tls-certificate.ts';

const ROUNDS = { short: 1, long: 15 } as const;

const ID = '01KAT3NDEKTSV4RRFFQ69G5FAV';

/** The first call of a function, where that begins with one request to AWS as the floor's does. */
const FIRST_CALLS: Readonly<Partial<Record<FunctionName, unknown>>> = {
  [FUNCTION.products]: callOf('GET /api/products/{product_id}', { path: { product_id: ID } }),
  [FUNCTION.settings]: callOf('GET /api/settings'),
  [FUNCTION.notifications]: callOf('GET /api/notifications/{notification_id}', { path: { notification_id: ID } }),
};

/** A DynamoDB without items, over TLS, that answers at once. */
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

type Measured = { readonly name: FunctionName; readonly groups: readonly StartGroup[] };

const measureStarts = async (
  directory: string,
  how: { readonly rounds: number; readonly environment: Record<string, string> },
): Promise<Measured[]> => {
  const floors = await bundleFloors(directory);
  const built = builtFunctions();
  const names = Object.values(FUNCTION);
  const functions = new Map(
    names.map((name) => [name, { folder: join(built, name), event: FIRST_CALLS[name] ?? null }] as const),
  );
  const groups = await startInGroups(
    functions,
    { client: { folder: floors.client, event: {} }, empty: { folder: floors.empty, event: null } },
    how,
  );
  return names.map((name) => ({ name, groups: groups.get(name) ?? [] }));
};

/** The share of the default client's processor time, both over that of an empty handler. */
const startRatio = ({ groups }: Measured): Ratio =>
  pairedRatio(
    groups.map(({ own, client, empty }) => ({
      value: own.ready.cpuMs - empty.ready.cpuMs,
      floor: client.ready.cpuMs - empty.ready.cpuMs,
    })),
  );

/** The same until the first answer; null for a function whose first call is not measured. */
const firstCallRatio = ({ groups }: Measured): Ratio | null => {
  const pairs = groups.flatMap(({ own, client, empty }) =>
    own.answered === null || client.answered === null
      ? []
      : [{ value: own.answered.cpuMs - empty.ready.cpuMs, floor: client.answered.cpuMs - empty.ready.cpuMs }],
  );
  return pairs.length === 0 ? null : pairedRatio(pairs);
};

const KB = 1024;
const HEAD = [
  'bundle',
  'KB minified',
  'KB gzipped',
  'ms to ready',
  'CPU ms to ready',
  'over empty, × default client',
  'CPU ms to first answer over TLS',
  'over empty, × default client ',
];

const rowOf = (measured: Measured) => {
  const { minified, gzipped } = startWeight(readBundle(join(builtFunctions(), measured.name)));
  const medianOf = (pick: (group: StartGroup) => number) => rounded(median(measured.groups.map(pick)));
  const firstCall = firstCallRatio(measured);
  return [
    measured.name,
    rounded(minified / KB),
    rounded(gzipped / KB),
    medianOf(({ own }) => own.ready.ms),
    medianOf(({ own }) => own.ready.cpuMs),
    shownRatio(startRatio(measured)),
    firstCall === null ? '–' : medianOf(({ own }) => own.answered?.cpuMs ?? Number.NaN),
    firstCall === null ? '–' : shownRatio(firstCall),
  ];
};

const floorsText = (all: readonly Measured[]): string => {
  const groups = all.flatMap((measured) => measured.groups);
  const cpu = (pick: (group: StartGroup) => number) => rounded(median(groups.map(pick)));
  return `Floors, CPU ms: an empty handler ${cpu(({ empty }) => empty.ready.cpuMs)}, the default client-dynamodb ${cpu(({ client }) => client.ready.cpuMs)}, with a first call ${cpu(({ client }) => client.answered?.cpuMs ?? Number.NaN)}.`;
};

/** The most of the default client's time that a start may take, and that a start with a first call over TLS may. */
const MOST = { api: 0.9, behindIt: 1.1, firstCall: 0.75 } as const;

const checksOf = (measured: Measured): Check[] => {
  const { name } = measured;
  const limit = weightLimit(name);
  const { minified, gzipped } = startWeight(readBundle(join(builtFunctions(), name)));
  const most = isBehindApi(name) ? MOST.api : MOST.behindIt;
  const start = startRatio(measured);
  const firstCall = firstCallRatio(measured);
  return [
    {
      what: `${name}: the bundle is within its budget`,
      kind: 'count',
      holds: minified <= limit.minified && gzipped <= limit.gzipped,
    },
    {
      what: `${name}: start × default client: ${shownRatio(start)}, at most ${most}`,
      kind: 'time',
      holds: isAtMost(start, most),
    },
    ...(firstCall === null
      ? []
      : [
          {
            what: `${name}: start and first call over TLS × default client: ${shownRatio(firstCall)}, at most ${MOST.firstCall}`,
            kind: 'time' as const,
            holds: isAtMost(firstCall, MOST.firstCall),
          },
        ]),
  ];
};

export const coldStart: Bench = {
  about:
    'Processor time of a start, Node included: each function beside the default client and an empty handler, process by process',
  run: async ({ short, print }) => {
    const directory = mkdtempSync(join(tmpdir(), 'gatebell-bench-'));
    const { environment, server } = await startEmptyAws(directory);
    try {
      const rounds = ROUNDS[short ? 'short' : 'long'];
      const measured = await measureStarts(directory, { rounds, environment });
      print(`${markdownTable(HEAD, measured.map(rowOf))}\n\n${floorsText(measured)}`);
      return measured.flatMap(checksOf);
    } finally {
      server.closeAllConnections();
      server.close();
      rmSync(directory, { recursive: true });
    }
  },
};
