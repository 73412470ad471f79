import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { FUNCTION } from '../core/contract.ts';
import type { Table } from '../core/platform/dynamodb/table.ts';
import { builtFunctions } from '../lib/bundle.ts';
import { startBulkTable } from '../test/bulk-table.ts';
import { type AwsRequests, takeAwsRequests, total } from './aws-requests.ts';
import { type Bench, type Check, markdownTable, median, rounded } from './bench.ts';
import { nextMessage, startChild } from './child.ts';
import { lambdaEnvironment } from './lambda-environment.ts';
import { isAtMost, pairedRatio, type Ratio, shownRatio } from './pairs.ts';
import { type WarmCall, warmCalls } from './warm-calls.ts';
import { warmGround } from './warm-items.ts';

/** Calls of each route a round; the first round is none of the result. */
const SIZES = { short: { rounds: 1, calls: 2 }, long: { rounds: 6, calls: 50 } } as const;

const { products, settings, notifications, testNotifications, exceptions } = FUNCTION;
const BEHIND_API = [products, settings, notifications, testNotifications, exceptions];

const functionModuleSchema = z.object({
  handler: z.custom<(event: unknown, context: unknown) => Promise<unknown>>(),
  routes: z.record(z.string(), z.unknown()),
});
type Handle = z.infer<typeof functionModuleSchema>['handler'];
const answerSchema = z.object({ statusCode: z.number(), body: z.string().optional() });

/** The functions as they are deployed, by the routes that they answer. */
const loadRoutes = async (): Promise<ReadonlyMap<string, Handle>> => {
  const built = builtFunctions();
  const routes = new Map<string, Handle>();
  for (const name of BEHIND_API) {
    const bundle = pathToFileURL(join(built, name, 'index.mjs')).href;
    const { handler, routes: own } = functionModuleSchema.parse(await import(bundle));
    for (const routeKey of Object.keys(own)) routes.set(routeKey, handler);
  }
  return routes;
};

/** One measured stretch of equal calls. */
type Stretch = { readonly cpuMs: number; readonly requests: AwsRequests };

const measure = async (calls: number, call: (n: number) => Promise<void>): Promise<Stretch> => {
  takeAwsRequests();
  const began = process.cpuUsage();
  for (let n = 0; n < calls; n += 1) await call(n);
  const { user, system } = process.cpuUsage(began);
  return { cpuMs: (user + system) / 1_000 / calls, requests: takeAwsRequests() };
};

/** One small write by the document client. */
const bareCall =
  (table: Table) =>
  async (n: number): Promise<void> => {
    const update = {
      TableName: table.name,
      Key: { pk: 'BENCH', sk: 'BENCH' },
      UpdateExpression: 'SET seen = :n, told = :text',
      ExpressionAttributeValues: { ':n': n, ':text': 'some text of no great length' },
    };
    await table.client.send(new UpdateCommand(update));
  };

const apiCall =
  (handle: Handle, { name, event }: WarmCall, first: number) =>
  async (n: number): Promise<void> => {
    const { statusCode, body } = answerSchema.parse(await handle(event(first + n), {}));
    if (statusCode >= 300) throw new Error(`${name} answered ${statusCode}: ${body}`);
  };

/** What the functions log meanwhile is none of the benchmark's output. */
const withoutLog = async <Value>(run: () => Promise<Value>): Promise<Value> => {
  const { log } = console;
  console.log = () => {};
  return await run().finally(() => {
    console.log = log;
  });
};

/** Stretches of a call, each with that of the bare call right before it. */
type Measured = { readonly call: WarmCall; readonly stretches: (Stretch & { readonly bareCpuMs: number })[] };
type Result = readonly Measured[];

/** Every route in turn, and the bare call in turn with them. */
const measureAll = async (
  table: Table,
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
  { routes, warm }: { readonly routes: ReadonlyMap<string, Handle>; readonly warm: readonly WarmCall[] },
): Promise<Result> => {
  const measured = warm.map((call): Measured => ({ call, stretches: [] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { call, stretches } of measured) {
      const handle = routes.get(call.routeKey);
      if (handle === undefined) throw new Error(`No function answers ${call.routeKey}`);
      const floor = await measure(calls, bareCall(table));
      const stretch = await measure(calls, apiCall(handle, call, round * calls));
      if (round > 0) stretches.push({ ...stretch, bareCpuMs: floor.cpuMs });
    }
  }
  return measured;
};

const cpuOf = ({ stretches }: Measured): number => median(stretches.map(({ cpuMs }) => cpuMs));

/** The most that one of its stretches took a call. */
const requestsOf = ({ stretches }: Measured, calls: number): number =>
  Math.max(...stretches.map(({ requests }) => total(requests))) / calls;

/** Its processor time × that of as many bare calls as it asks of AWS; null for one that asks nothing. */
const bareRatio = ({ stretches }: Measured, calls: number): Ratio | null => {
  const pairs = stretches.flatMap(({ cpuMs, requests, bareCpuMs }) =>
    total(requests) === 0 ? [] : [{ value: cpuMs, floor: (bareCpuMs * total(requests)) / calls }],
  );
  return pairs.length === 0 ? null : pairedRatio(pairs);
};

const operationsOf = ({ stretches }: Measured): string => [...(stretches[0]?.requests.keys() ?? [])].join(', ');

const HEAD = ['call', 'AWS requests', 'of these kinds', 'CPU ms', '× bare calls'];

const MOST_CPU = 1.3;

const documentedSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The routes of the API's description that are not among the measured; the description itself asks nothing of AWS. */
const forgotten = (warm: readonly WarmCall[]): readonly string[] => {
  const text = readFileSync(join(import.meta.dirname, '..', 'docs', 'openapi.json'), 'utf8');
  const { paths } = documentedSchema.parse(JSON.parse(text));
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const measured = new Set([...warm.map(({ routeKey }) => routeKey), 'GET /api/openapi.json']);
  return all.filter((routeKey) => !measured.has(routeKey));
};

const checksOf = (measured: Result, calls: number): Check[] => {
  const missing = forgotten(measured.map(({ call }) => call));
  return [
    { what: `every route is measured ${missing.join(', ')}`, kind: 'count', holds: missing.length === 0 },
    ...measured.flatMap((one): Check[] => {
      const { name, mostRequests } = one.call;
      const requests = requestsOf(one, calls);
      const ratio = bareRatio(one, calls);
      if (ratio === null) return [];
      return [
        {
          what: `${name}: CPU × its AWS requests as bare calls: ${shownRatio(ratio)}, at most ${MOST_CPU}`,
          kind: 'time',
          holds: isAtMost(ratio, MOST_CPU),
        },
        ...(mostRequests === undefined
          ? []
          : [
              {
                what: `${name}: ${requests} AWS requests, at most ${mostRequests}`,
                kind: 'count' as const,
                holds: requests <= mostRequests,
              },
            ]),
      ];
    }),
  ];
};

export const warm: Bench = {
  about: 'What a call of the API costs a warm function, beside as many bare calls of lib-dynamodb',
  run: async ({ short, print }) => {
    const size = SIZES[short ? 'short' : 'long'];
    const made = (size.rounds + 1) * size.calls;
    const ground = warmGround({ products: made + 100, notifications: made * 50 });
    const outside = startChild('./outside-process.ts');
    const { plain } = z.object({ plain: z.string() }).parse(await nextMessage(outside));
    const { table, url, stop } = await startBulkTable(ground.items);
    try {
      Object.assign(process.env, lambdaEnvironment(url, { tableName: table.name, queues: plain }));
      const result = await withoutLog(async () => {
        const routes = await loadRoutes();
        return await measureAll(table, size, { routes, warm: warmCalls(ground, made) });
      });
      const rows = result.map((one) => {
        const ratio = bareRatio(one, size.calls);
        return [
          one.call.name,
          requestsOf(one, size.calls),
          operationsOf(one),
          rounded(cpuOf(one)),
          ratio === null ? '–' : shownRatio(ratio),
        ];
      });
      const bare = median(result.flatMap(({ stretches }) => stretches.map(({ bareCpuMs }) => bareCpuMs)));
      print(`A bare call takes ${rounded(bare)} ms of processor time.`);
      print(markdownTable(HEAD, rows));
      return checksOf(result, size.calls);
    } finally {
      await stop();
      outside.disconnect();
    }
  },
};
