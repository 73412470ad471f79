import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack as CdkStack } from 'aws-cdk-lib';
import type { Caller } from './aws-proxy/aws-proxy.ts';
import { createGrants, type Grants } from './aws-proxy/grants.ts';
import type { Streams } from './aws-proxy/stream-call.ts';
import { type FunctionRunner, startFunctionRunner } from './functions/function-runner.ts';
import { countInvocations } from './metrics/count-invocations.ts';
import { recordEmbedded } from './metrics/embedded-metrics.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { createPauses, type Pauses } from './pauses.ts';
import { provisionQueues, provisionTables } from './provision.ts';
import type { Runtime } from './runtime.ts';
import { storedPositions } from './sources/stream-positions.ts';
import { streamOf } from './sources/stream-reader.ts';
import { type Sources, startSources } from './start-sources.ts';
import { synthesize } from './synthesize.ts';
import { callersOf, readTemplateModel, type TemplateModel } from './template-model.ts';

/** Addresses that only the running stack knows. */
export type LocalOrigins = { readonly issuer: string; readonly receiver: string };

export type StackDefinition = {
  /** Defines the stack in the CDK app. */
  readonly app: (origins: LocalOrigins) => (app: App) => CdkStack;
  /** The feature flags of cdk.json. */
  readonly context: Readonly<Record<string, unknown>>;
};

/** The running parts of a stack before requests can reach it. */
export type PreparedStack = {
  readonly runtime: Runtime;
  readonly model: TemplateModel;
  /** By access key id. */
  callers: ReadonlyMap<string, Caller>;
  readonly grants: Grants;
  readonly runner: FunctionRunner;
  readonly metrics: Metrics;
  readonly pauses: Pauses;
  readonly sources: Sources;
  readonly streams: Streams;
};

/** Synthesizes the template and starts its tables, queues, functions, and event sources. */
export const prepareStack = async (runtime: Runtime, { app, context }: StackDefinition): Promise<PreparedStack> => {
  const { engines, gate, clock, stopLater, log, issuer } = runtime;
  const assembly = synthesize(app({ issuer, receiver: engines.receiver.url }), context);
  stopLater({ stop: async () => rmSync(assembly.directory, { recursive: true, force: true }) });
  const model = readTemplateModel(assembly, gate.url);
  const { region } = model.stack;
  await Promise.all([
    provisionTables(model.tables, engines.dynamodb.url),
    provisionQueues(model.queues, { sqsUrl: engines.sqs.url, region }),
  ]);
  const { functions } = model;
  const metrics = createMetrics(clock.now);
  const running = startFunctionRunner(functions, {
    region,
    endpoint: gate.url,
    clockMemory: clock.memory,
    logDirectory: runtime.logs,
    onOutput: (text) => recordEmbedded(metrics, text),
  });
  const runner = { ...running, invoke: countInvocations(running.invoke, { functions, metrics, now: clock.now }) };
  stopLater(runner);
  const callers = callersOf(model);
  const grants = createGrants(callers.values());
  const pauses = createPauses();
  const sources = await startSources({
    ...model,
    grants,
    log,
    invoke: pauses.guard(runner.invoke),
    enabled: pauses.enabled,
    now: clock.now,
    clockOffsetMs: clock.offsetMs,
    positions: storedPositions(runtime.dataDirectory && join(runtime.dataDirectory, 'stream-positions.json')),
    dynamodbUrl: engines.dynamodb.url,
    sqsUrl: engines.sqs.url,
  });
  for (const { source } of sources.all) stopLater(source);
  stopLater({ stop: async () => pauses.resumeAll() });
  const streams = await streamsOf(model, engines.dynamodb.url);
  return { runtime, model, callers, grants, runner, metrics, pauses, sources, streams };
};

/** The streams that the template declares, by the ARNs that it gives them. */
const streamsOf = async ({ tables }: TemplateModel, dynamodbUrl: string): Promise<Streams> => {
  const streaming = tables.filter(({ StreamSpecification }) => StreamSpecification !== undefined);
  const named = streaming.map(async ({ streamArn, name }) => [streamArn, await streamOf(dynamodbUrl, name)] as const);
  return new Map(await Promise.all(named));
};
