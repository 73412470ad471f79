/** The whole stack on one machine, made from the synthesized template. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack as CdkStack } from 'aws-cdk-lib';
import { type Caller, CONTROL_PREFIX } from './aws-proxy/aws-proxy.ts';
import { createCallLog } from './aws-proxy/call-log.ts';
import { type ControlDeps, createControl } from './aws-proxy/control.ts';
import { createDenials } from './aws-proxy/denials.ts';
import { createFaults } from './aws-proxy/faults.ts';
import { createGrants, type Grants } from './aws-proxy/grants.ts';
import type { Streams } from './aws-proxy/stream-call.ts';
import { createStreamPages } from './aws-proxy/stream-pages.ts';
import { type FunctionRunner, startFunctionRunner } from './functions/function-runner.ts';
import { answerByApi } from './http/answer.ts';
import { createAuthorizer } from './http/authorizer.ts';
import { createDistribution } from './http/distribution.ts';
import { createHttpApi, type HttpApi } from './http/http-api.ts';
import { createThrottle } from './http/throttle.ts';
import { findRemainingWork } from './is-idle.ts';
import type { Running } from './lambda.ts';
import { createLogin, type Login } from './login/login.ts';
import { mintToken } from './login/mint-token.ts';
import type { SignIn } from './login/sign-in.ts';
import { moveClock } from './move-clock.ts';
import { createPauses, type Pauses } from './pauses.ts';
import { provisionQueues, provisionTables } from './provision.ts';
import { prepareRuntime, type Runtime, type RuntimeOptions } from './runtime.ts';
import { keepPositions } from './sources/stream-positions.ts';
import { streamOf } from './sources/stream-reader.ts';
import { type Sources, startSources } from './start-sources.ts';
import { synthesize } from './synthesize.ts';
import { hashKeyIn } from './template/read-tables.ts';
import { callersOf, readTemplateModel, type TemplateModel } from './template-model.ts';

/** Addresses that only the running stack knows. */
export type LocalOrigins = { readonly issuer: string; readonly receiver: string };

export type StackOptions = RuntimeOptions & {
  /** Defines the stack in the CDK app. */
  readonly app: (origins: LocalOrigins) => (app: App) => CdkStack;
  /** The feature flags of cdk.json. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly signIn: SignIn;
  /** HTML of the page about the stack, at `/_local`. */
  readonly landing: (about: { readonly addresses: Addresses; readonly functions: readonly string[] }) => string;
};

/** Where the parts of a running stack are: URLs, and the folder of the functions' logs. */
type Addresses = {
  readonly web: string;
  readonly api: string;
  readonly issuer: string;
  readonly mail: string;
  readonly receiver: string;
  readonly dynamodb: string;
  readonly sqs: string;
  readonly sns: string;
  /** Where the functions' AWS calls pass; its control calls are under `/_gate/`. */
  readonly gate: string;
  readonly logs: string;
};

export type LocalStack = Running & {
  readonly addresses: Addresses;
  /** Outputs of the template, by their names. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly topicArns: readonly string[];
};

/** Everything that runs, before anybody can reach it. */
type Prepared = {
  runtime: Runtime;
  model: TemplateModel;
  /** By access key id. */
  callers: ReadonlyMap<string, Caller>;
  grants: Grants;
  runner: FunctionRunner;
  pauses: Pauses;
  sources: Sources;
  streams: Streams;
};

export const startStack = async (options: StackOptions): Promise<LocalStack> => {
  const parts: Running[] = [];
  const own = (part: Running) => void parts.push(part);
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const runtime = await prepareRuntime(options, own);
    const prepared = await prepare(runtime, options);
    const { signIn } = options;
    const { origin, issuer, key } = runtime;
    const login = createLogin({ issuer, web: origin, key, signIn });
    openAwsProxy(prepared, login, signIn);
    openWeb(prepared, login, options.landing);
    const { stack, topicArns } = prepared.model;
    return { addresses: addressesOf(prepared), outputs: stack.outputs, topicArns, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const prepare = async (runtime: Runtime, { app, context }: StackOptions): Promise<Prepared> => {
  const { engines, gate, clock, own, log, issuer } = runtime;
  const assembly = synthesize(app({ issuer, receiver: engines.receiver.url }), context);
  own({ stop: async () => rmSync(assembly.directory, { recursive: true, force: true }) });
  const model = readTemplateModel(assembly, gate.url);
  const { region } = model.stack;
  await Promise.all([
    provisionTables(model.tables, engines.dynamodb.url),
    provisionQueues(model.queues, { sqsUrl: engines.sqs.url, region }),
  ]);
  const runner = startFunctionRunner(model.functions, {
    region,
    endpoint: gate.url,
    clockMemory: clock.memory,
    logDirectory: runtime.logs,
  });
  own(runner);
  const callers = callersOf(model);
  const grants = createGrants(callers.values());
  const pauses = createPauses();
  const sources = await startSources({
    ...model,
    grants,
    log,
    invoke: pauses.guard(runner.invoke),
    now: clock.now,
    clockOffsetMs: clock.offsetMs,
    positions: keepPositions(runtime.dataDirectory && join(runtime.dataDirectory, 'stream-positions.json')),
    dynamodbUrl: engines.dynamodb.url,
    sqsUrl: engines.sqs.url,
  });
  for (const { source } of sources.all) own(source);
  own({ stop: async () => pauses.resumeAll() });
  const streams = await streamsOf(model, engines.dynamodb.url);
  return { runtime, model, callers, grants, runner, pauses, sources, streams };
};

/** The streams that the template declares, by the ARNs that it gives them. */
const streamsOf = async ({ tables }: TemplateModel, dynamodbUrl: string): Promise<Streams> => {
  const streaming = tables.filter(({ StreamSpecification }) => StreamSpecification !== undefined);
  const named = streaming.map(async ({ streamArn, name }) => [streamArn, await streamOf(dynamodbUrl, name)] as const);
  return new Map(await Promise.all(named));
};

const openAwsProxy = (prepared: Prepared, login: Login, signIn: SignIn): void => {
  const { runtime, model, callers, grants, runner, sources, streams } = prepared;
  const { gate, engines } = runtime;
  const state = { calls: createCallLog(), faults: createFaults(), denials: createDenials(), grants };
  gate.open({
    ...state,
    account: model.stack,
    callers,
    keyAllows: model.keyAllows,
    engines: {
      dynamodb: new URL(engines.dynamodb.url),
      sqs: new URL(engines.sqs.url),
      ses: new URL(engines.ses.url),
      kms: new URL(engines.kms.url),
      sns: new URL(sources.topics.url),
    },
    hashKeyOf: (table, index) => hashKeyIn(model.tables, table, index),
    streams,
    streamPages: createStreamPages(runtime.clock),
    kill: runner.kill,
    control: createControl({ ...state, ...steering(prepared, signIn), login }, CONTROL_PREFIX),
  });
};

/** What the control calls do, beyond the AWS proxy's own state. */
const steering = (
  prepared: Prepared,
  signIn: SignIn,
): Omit<ControlDeps, 'calls' | 'faults' | 'denials' | 'grants' | 'login'> => {
  const { runtime, model, runner, pauses, sources } = prepared;
  const { engines, clock, issuer, key } = runtime;
  const idOf = (name: string) => model.functions.find((candidate) => candidate.name === name)?.id;
  return {
    clockOffsetMs: clock.offsetMs,
    moveClock: (offsetMs) => moveClock({ clock, engines, streams: sources.streams, paused: pauses.paused }, offsetMs),
    rest: ({ ignoreWaiting }) => findRemainingWork(prepared, ignoreWaiting),
    pause: (name, paused) => {
      const id = idOf(name);
      if (id === undefined) return false;
      if (paused) pauses.pause(id);
      else pauses.resume(id);
      return true;
    },
    invoke: (name, event) => {
      const id = idOf(name);
      return id === undefined ? undefined : runner.invoke(id, event);
    },
    token: (request) => mintToken({ request, signIn, issuer, key, now: clock.now() }),
    sweepTtl: engines.dynamodb.sweepTtl,
  };
};

const openWeb = (prepared: Prepared, login: Login, landing: StackOptions['landing']): void => {
  const { runtime, model } = prepared;
  const api = answerByApi(apiOf(prepared));
  const { behaviours, files, functions } = model;
  runtime.web.open({
    // A template without a distribution has its API answer all.
    answer: behaviours === undefined ? api : createDistribution({ behaviours, files, api }),
    login,
    landing: landing({ addresses: addressesOf(prepared), functions: functions.map(({ name }) => name) }),
  });
};

const apiOf = ({ runtime, model, runner }: Prepared): HttpApi | undefined => {
  const { api, functions, mayInvoke, stack } = model;
  const { clock } = runtime;
  if (api === undefined) return undefined;
  return createHttpApi({
    api,
    accountId: stack.accountId,
    admit: createThrottle(() => performance.now()),
    authorize: createAuthorizer(clock.now),
    mayInvoke,
    functionId: (arn) => functions.find((candidate) => candidate.arn === arn)?.id ?? arn,
    invoke: runner.invoke,
    now: clock.now,
    log: runtime.log,
  });
};

const addressesOf = ({ runtime, sources }: Prepared): Addresses => {
  const { engines, gate, origin, issuer, logs } = runtime;
  return {
    web: origin,
    api: `${origin}/api`,
    issuer,
    mail: engines.ses.url,
    receiver: engines.receiver.url,
    dynamodb: engines.dynamodb.url,
    sqs: engines.sqs.url,
    sns: sources.topics.url,
    gate: gate.url,
    logs,
  };
};
