/** The whole stack on one machine, made from the synthesized template. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack as CdkStack } from 'aws-cdk-lib';
import { callersOf, type Declared, readDeclared } from './declared.ts';
import { type FunctionRunner, startFunctionRunner } from './functions/function-runner.ts';
import { createCallLog } from './gate/call-log.ts';
import { type ControlDeps, createControl } from './gate/control.ts';
import { createDenials } from './gate/denials.ts';
import { createFaults } from './gate/faults.ts';
import { type Caller, CONTROL_PREFIX } from './gate/gate.ts';
import { createGrants, type Grants } from './gate/grants.ts';
import type { Streams } from './gate/stream-call.ts';
import { createStreamPages } from './gate/stream-pages.ts';
import { type Ground, type GroundOptions, prepareGround } from './ground.ts';
import type { Handles } from './handles.ts';
import { answerByApi } from './http/answer.ts';
import { createAuthorizer } from './http/authorizer.ts';
import { createDistribution } from './http/distribution.ts';
import { createHttpApi, type HttpApi } from './http/http-api.ts';
import { landingPage } from './http/landing-page.ts';
import { createThrottle } from './http/throttle.ts';
import type { Running } from './lambda.ts';
import { defineLocalStage, type LocalOrigins } from './local-stage.ts';
import { createLogin, type Login } from './login/login.ts';
import { mintToken } from './login/mint-token.ts';
import { moveClock } from './move-clock.ts';
import { createPauses, type Pauses } from './pauses.ts';
import { provisionQueues, provisionTables } from './provision.ts';
import { lookForRest } from './rest.ts';
import { keepPositions } from './sources/stream-positions.ts';
import { streamOf } from './sources/stream-reader.ts';
import { type Sources, startSources } from './start-sources.ts';
import { synthesize } from './synthesize.ts';
import { hashKeyIn } from './template/read-tables.ts';

export type StackOptions = GroundOptions & {
  /** The CDK app; Gatebell's own when absent. */
  app?: ((origins: LocalOrigins) => (app: App) => CdkStack) | undefined;
};

export type LocalStack = Running & { handles: Handles };

/** Everything that runs, before anybody can reach it. */
type Raised = {
  ground: Ground;
  declared: Declared;
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
    const ground = await prepareGround(options, own);
    const raised = await raise(ground, options.app ?? defineLocalStage);
    const { origin, issuer, key } = ground;
    const login = createLogin({ issuer, web: origin, key });
    openGate(raised, login);
    return { handles: openWeb(raised, login), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const raise = async (ground: Ground, define: NonNullable<StackOptions['app']>): Promise<Raised> => {
  const { engines, gate, clock, own, log, issuer } = ground;
  const assembly = synthesize(define({ issuer, receiver: engines.receiver.url }));
  own({ stop: async () => rmSync(assembly.directory, { recursive: true, force: true }) });
  const declared = readDeclared(assembly, gate.url);
  const { region } = declared.stack;
  await Promise.all([
    provisionTables(declared.tables, engines.dynamodb.url),
    provisionQueues(declared.queues, { sqsUrl: engines.sqs.url, region }),
  ]);
  const runner = startFunctionRunner(declared.functions, {
    region,
    endpoint: gate.url,
    clockMemory: clock.memory,
    logDirectory: ground.logs,
  });
  own(runner);
  const callers = callersOf(declared);
  const grants = createGrants(callers.values());
  const pauses = createPauses();
  const sources = await startSources({
    ...declared,
    grants,
    log,
    invoke: pauses.guard(runner.invoke),
    now: clock.now,
    clockOffsetMs: clock.offsetMs,
    positions: keepPositions(ground.dataDirectory && join(ground.dataDirectory, 'stream-positions.json')),
    dynamodbUrl: engines.dynamodb.url,
    sqsUrl: engines.sqs.url,
  });
  for (const { source } of sources.all) own(source);
  own({ stop: async () => pauses.resumeAll() });
  const streams = await streamsOf(declared, engines.dynamodb.url);
  return { ground, declared, callers, grants, runner, pauses, sources, streams };
};

/** The streams that the template declares, by the ARNs that it gives them. */
const streamsOf = async ({ tables }: Declared, dynamodbUrl: string): Promise<Streams> => {
  const streaming = tables.filter(({ StreamSpecification }) => StreamSpecification !== undefined);
  const named = streaming.map(async ({ streamArn, name }) => [streamArn, await streamOf(dynamodbUrl, name)] as const);
  return new Map(await Promise.all(named));
};

const openGate = (raised: Raised, login: Login): void => {
  const { ground, declared, callers, grants, runner, sources, streams } = raised;
  const { gate, engines } = ground;
  const state = { calls: createCallLog(), faults: createFaults(), denials: createDenials(), grants };
  gate.open({
    ...state,
    account: declared.stack,
    callers,
    keyAllows: declared.keyAllows,
    engines: {
      dynamodb: new URL(engines.dynamodb.url),
      sqs: new URL(engines.sqs.url),
      ses: new URL(engines.ses.url),
      kms: new URL(engines.kms.url),
      sns: new URL(sources.topics.url),
    },
    hashKeyOf: (table, index) => hashKeyIn(declared.tables, table, index),
    streams,
    streamPages: createStreamPages(ground.clock),
    kill: runner.kill,
    control: createControl({ ...state, ...steering(raised), login }, CONTROL_PREFIX),
  });
};

/** What the control calls do, beyond the gate's own state. */
const steering = (raised: Raised): Omit<ControlDeps, 'calls' | 'faults' | 'denials' | 'grants' | 'login'> => {
  const { ground, declared, runner, pauses, sources } = raised;
  const { engines, clock, issuer, key } = ground;
  const idOf = (name: string) => declared.functions.find((candidate) => candidate.name === name)?.id;
  return {
    clockOffsetMs: clock.offsetMs,
    moveClock: (offsetMs) => moveClock({ clock, engines, streams: sources.streams, paused: pauses.paused }, offsetMs),
    rest: ({ ignoreWaiting }) => lookForRest(raised, ignoreWaiting),
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
    token: (request) => mintToken({ request, issuer, key, now: clock.now() }),
    sweepTtl: engines.dynamodb.sweepTtl,
  };
};

const openWeb = (raised: Raised, login: Login): Handles => {
  const { ground, declared } = raised;
  const handles = handlesOf(raised);
  const api = answerByApi(apiOf(raised));
  const { behaviours, files, functions } = declared;
  ground.web.open({
    // A template without a distribution has its API answer all.
    answer: behaviours === undefined ? api : createDistribution({ behaviours, files, api }),
    login,
    landing: landingPage({ ...handles, functions: functions.map(({ name }) => name) }),
  });
  return handles;
};

const apiOf = ({ ground, declared, runner }: Raised): HttpApi | undefined => {
  const { api, functions, mayInvoke, stack } = declared;
  const { clock } = ground;
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
    log: ground.log,
  });
};

const handlesOf = ({ ground, declared, sources }: Raised): Handles => {
  const { engines, gate, origin, issuer, logs } = ground;
  const { outputs } = declared.stack;
  const atEngine = (url: string | undefined) =>
    url === undefined ? null : `${engines.sqs.url}${new URL(url).pathname}`;
  return {
    web: origin,
    api: `${origin}/api`,
    issuer,
    mail: engines.ses.url,
    receiver: engines.receiver.url,
    dynamodb: engines.dynamodb.url,
    sqs: engines.sqs.url,
    sns: sources.topics.url,
    topic: outputs['AlarmTopicArn'] ?? declared.topicArns[0] ?? null,
    mail_feedback_topic: outputs['MailFeedbackTopicArn'] ?? null,
    table: outputs['TableName'] ?? null,
    pid: process.pid,
    gate: gate.url,
    delivery_queue: atEngine(outputs['DeliveryQueueUrl']),
    delivery_dead_letter_queue: atEngine(outputs['DeliveryDeadLetterQueueUrl']),
    job_queue: atEngine(outputs['JobQueueUrl']),
    logs,
  };
};
