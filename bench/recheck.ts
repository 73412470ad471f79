import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readGatedProducts, updateGate } from '../core/gates/store/gates.ts';
import type { Job } from '../core/jobs/model.ts';
import type { Item, Table } from '../core/platform/dynamodb/table.ts';
import { sortableId } from '../core/platform/sortable-id.ts';
import { PRODUCT_DEFAULTS } from '../core/products/model.ts';
import { newProduct } from '../core/products/revision.ts';
import { listProductIds } from '../core/products/store/product-index.ts';
import { newProductItems } from '../core/products/store/products.ts';
import { DEFAULT_SETTINGS, type Settings } from '../core/settings/model.ts';
import { readSettings, replaceSettings } from '../core/settings/store.ts';
import { planRecheck } from '../functions/background/plan-recheck.ts';
import { recheck as recheckStretch } from '../functions/background/recheck.ts';
import { startBulkTable } from '../test/bulk-table.ts';
import { type AwsRequests, takeAwsRequests, total } from './aws-requests.ts';
import { type Bench, markdownTable, median, rounded } from './bench.ts';

const SIZES = { short: [1_000, 5_000], long: [1_000, 10_000, 100_000] } as const;

/** Each size is rechecked so often, in turn with the others; between two rounds the settings change back and forth. */
const ROUNDS = { short: 1, long: 3 } as const;

/** Every tenth product flips with each change of the settings. */
const FLIPPING = 10;

const START = new Date('2026-11-01T00:00:00Z');

const productItems = function* (size: number): Generator<Item> {
  const revision = { user: 'olivia', settings: DEFAULT_SETTINGS, now: START };
  for (let position = 0; position < size; position += 1) {
    const id = sortableId(START.getTime() + position, new Uint8Array(10));
    const made = newProduct(id, { ...PRODUCT_DEFAULTS, name: `Product ${position}` }, revision);
    const critical = position % FLIPPING === 0 ? 1 : 0;
    yield* newProductItems({ ...made, observation_counts: { ...made.observation_counts, critical } }, 'olivia');
  }
};

/** The jobs that the background function does, each with the settings and the catalogue as the table has them. */
const jobsOn = (table: Table) => {
  const queue: Job[] = [];
  const deps = {
    readSettings: () => readSettings(table),
    listProductIds: (request: Parameters<typeof listProductIds>[1]) => listProductIds(table, request),
    readGatedProducts: (ids: readonly string[]) => readGatedProducts(table, ids),
    updateGate: (gated: Parameters<typeof updateGate>[1]['gated'], settings: Settings) =>
      updateGate(table, { gated, settings, now: new Date() }),
    sendJobs: async (jobs: readonly Job[]) => void queue.push(...jobs),
  };
  return {
    queue,
    async act(job: Job): Promise<void> {
      if (job.kind === 'plan-recheck') await planRecheck(deps, job);
      if (job.kind === 'recheck') await recheckStretch(deps, job);
    },
  };
};

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** What is still in use after a collection, in MB. */
const liveMb = (): number => {
  if (typeof collectGarbage === 'function') collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

type Round = { readonly ms: number; readonly cpuMs: number; readonly grownMb: number; readonly requests: AwsRequests };

/** One recheck of all products after a change of the settings, job by job as the queue would bring them. */
const runRound = async (table: Table, gateVersion: number): Promise<Round> => {
  const before = await readSettings(table);
  const after: Settings = {
    ...before,
    // At first all pass, with the odd versions every tenth fails.
    security_gate_threshold_critical: gateVersion % 2 === 0 ? 1 : 0,
    version: before.version + 1,
    gate_version: gateVersion,
    gate_changed_by: 'alice',
  };
  await replaceSettings(table, { before, after, now: new Date() });
  const { queue, act } = jobsOn(table);
  queue.push({ kind: 'plan-recheck', gate_version: gateVersion, after: null });
  takeAwsRequests();
  const atStart = liveMb();
  let [most, ms, cpuMs] = [atStart, 0, 0];
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    const [beganMs, beganCpu] = [performance.now(), process.cpuUsage()];
    await act(job);
    const { user, system } = process.cpuUsage(beganCpu);
    ms += performance.now() - beganMs;
    cpuMs += (user + system) / 1_000;
    most = Math.max(most, liveMb());
  }
  return { ms, cpuMs, grownMb: most - atStart, requests: takeAwsRequests() };
};

type Measured = { readonly size: number; readonly rounds: readonly Round[] };

const measure = async (sizes: readonly number[], rounds: number): Promise<Measured[]> => {
  const tables = [];
  for (const size of sizes)
    tables.push({ size, rounds: [] as Round[], bulk: await startBulkTable(productItems(size)) });
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const { rounds: done, bulk } of tables) done.push(await runRound(bulk.table, round));
    }
    return tables.map(({ size, rounds: done }) => ({ size, rounds: done }));
  } finally {
    for (const { bulk } of tables) await bulk.stop();
  }
};

const medianOf = ({ rounds }: Measured, pick: (round: Round) => number): number => median(rounds.map(pick));
const writesOf = ({ requests }: Round): number => requests.get('UpdateItem') ?? 0;
const readsOf = (round: Round): number => total(round.requests) - writesOf(round);
const cpuEach = (measured: Measured): number => medianOf(measured, ({ cpuMs }) => cpuMs) / measured.size;

const HEAD = [
  'products',
  'flip',
  'seconds',
  'CPU ms a product',
  'reads',
  'reads a product',
  'writes',
  'live memory grew by MB',
];

const row = (measured: Measured) => [
  measured.size,
  measured.size / FLIPPING,
  rounded(medianOf(measured, ({ ms }) => ms) / 1_000),
  rounded(cpuEach(measured)),
  medianOf(measured, readsOf),
  rounded(medianOf(measured, readsOf) / measured.size),
  medianOf(measured, writesOf),
  rounded(Math.max(...measured.rounds.map(({ grownMb }) => grownMb))),
];

/** A hundred products a request; the settings and the catalogue once a job of 500 products, and once a plan of 5,000. */
const mostReads = (size: number): number =>
  Math.ceil(size / 100) + 2 * Math.ceil(size / 500) + 2 * (Math.floor(size / 5_000) + 1);

const MEMORY_MB = 10;

export const recheck: Bench = {
  about: 'What a change of the settings costs: all products are rechecked, and every tenth flips',
  run: async ({ short, print }) => {
    const form = short ? 'short' : 'long';
    const measured = await measure(SIZES[form], ROUNDS[form]);
    print(markdownTable(HEAD, measured.map(row)));
    const each = measured.map(cpuEach);
    const steady = each.slice(1);
    const spread = Math.max(...steady) / Math.min(...steady);
    return [
      ...measured.flatMap(({ size, rounds }) => [
        {
          what: `${size} products: as many writes as flips`,
          kind: 'count' as const,
          holds: rounds.every((round) => writesOf(round) === size / FLIPPING),
        },
        {
          what: `${size} products: at most ${mostReads(size)} reads`,
          kind: 'count' as const,
          holds: rounds.every((round) => readsOf(round) <= mostReads(size)),
        },
      ]),
      {
        what: `linear: CPU a product differs by a factor of ${rounded(spread)}, at most 1.5`,
        kind: 'time',
        holds: spread <= 1.5,
      },
      {
        what: `live memory grows by at most ${MEMORY_MB} MB, whatever the size`,
        kind: 'time',
        holds: measured.every(({ rounds }) => rounds.every(({ grownMb }) => grownMb <= MEMORY_MB)),
      },
    ];
  },
};
