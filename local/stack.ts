/** The whole stack on one machine, made from the synthesized template. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack as CdkStack } from 'aws-cdk-lib';
import { createClock } from './clock.ts';
import { type Engines, startEngines } from './engines.ts';
import { startFunctionRunner } from './functions/function-runner.ts';
import { createCallLog } from './gate/call-log.ts';
import { createControl } from './gate/control.ts';
import { createDenials } from './gate/denials.ts';
import { createFaults } from './gate/faults.ts';
import { CONTROL_PREFIX, type Gate, startGate } from './gate/gate.ts';
import type { Handles } from './handles.ts';
import { createAuthorizer } from './http/authorizer.ts';
import { createHttpApi } from './http/http-api.ts';
import { landingPage } from './http/landing-page.ts';
import { startWebServer, type WebServer } from './http/web-server.ts';
import type { Running } from './lambda.ts';
import { defineLocalStage, type LocalOrigins } from './local-stage.ts';
import { createLogin } from './login/login.ts';
import { mintToken } from './login/mint-token.ts';
import { type SigningKey, signingKey } from './login/signing-key.ts';
import { createPauses } from './pauses.ts';
import { provisionQueues, provisionTables } from './provision.ts';
import { lookForRest } from './rest.ts';
import { startSources } from './start-sources.ts';
import { type Synthesized, synthesize } from './synthesize.ts';
import { readApi } from './template/read-api.ts';
import { readFunctions } from './template/read-functions.ts';
import { readQueues } from './template/read-queues.ts';
import { readPermissions, readRoles } from './template/read-roles.ts';
import { readTopicArns } from './template/read-sources.ts';
import { hashKeyIn, readTables } from './template/read-tables.ts';
import { REGION, type ResolvedStack, resolveStack } from './template/resolved-stack.ts';

export type StackOptions = {
  /** Of the page and the API; 0 takes a free one. */
  port: number;
  /** Keeps the table and the login's key; thrown away when absent. */
  dataDirectory?: string | undefined;
  /** A DynamoDB Local that runs already, where the engine's package has no build. */
  dynamodbEndpoint?: string | undefined;
  /** The CDK app; Gatebell's own when absent. */
  app?: ((origins: LocalOrigins) => (app: App) => CdkStack) | undefined;
};

export type LocalStack = Running & { handles: Handles };

/** Everything that exists before the template is read. */
type Ground = {
  options: StackOptions;
  directory: string;
  logs: string;
  web: WebServer;
  gate: Gate;
  engines: Engines;
  key: SigningKey;
  issuer: string;
  /** Says what will have to be stopped. Last in, first out. */
  own(part: Running): void;
  log(line: string): void;
};

export async function startStack(options: StackOptions): Promise<LocalStack> {
  const parts: Running[] = [];
  const own = (part: Running) => void parts.push(part);
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const handles = await raise(await prepare(options, own));
    return { handles, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare(options: StackOptions, own: Ground['own']): Promise<Ground> {
  const directory = mkdtempSync(join(tmpdir(), 'gatebell-stack-'));
  own({ stop: async () => rmSync(directory, { recursive: true, force: true }) });
  const { dataDirectory, dynamodbEndpoint } = options;
  const logs = join(dataDirectory ?? directory, 'logs');
  mkdirSync(logs, { recursive: true });
  const log = (line: string) => appendFileSync(join(logs, 'stack.log'), `${new Date().toISOString()} ${line}\n`);
  // The ports come first: they are part of the template, of queue URLs and of the functions' environment.
  const web = await startWebServer(options.port);
  own(web);
  const gate = await startGate();
  own(gate);
  const [engines, key] = await Promise.all([
    startEngines({ region: REGION, dataDirectory, dynamodbEndpoint, log, onStart: own }),
    signingKey(dataDirectory === undefined ? undefined : join(dataDirectory, 'login-key.json')),
  ]);
  return { options, directory, logs, web, gate, engines, key, issuer: `${origin(web)}/oidc`, own, log };
}

/** `localhost` and not the address: browsers treat it as a secure context by name, and people type it. */
const origin = ({ port }: WebServer): string => `http://localhost:${port}`;

async function raise(ground: Ground): Promise<Handles> {
  const { engines, gate, web, own, log, key, issuer } = ground;
  const define = ground.options.app ?? defineLocalStage;
  const assembly = synthesize(define({ issuer, receiver: engines.receiver.url }));
  own({ stop: async () => rmSync(assembly.directory, { recursive: true, force: true }) });
  const stack = resolveStack(assembly.template, { stackName: assembly.stackName, sqsOrigin: gate.url });
  const read = readAll(stack, assembly);
  const { functions, tables, queues, roles, mayInvoke, api } = read;
  await Promise.all([
    provisionTables(tables, engines.dynamodb.url),
    provisionQueues(queues, { sqsUrl: engines.sqs.url, region: stack.region }),
  ]);

  const clock = createClock();
  const runner = startFunctionRunner(functions, {
    region: stack.region,
    endpoint: gate.url,
    clockMemory: clock.memory,
    logDirectory: ground.logs,
  });
  own(runner);
  const pauses = createPauses();
  const sources = await startSources({
    ...{ stack, functions, tables, queues, roles, mayInvoke, log },
    invoke: pauses.guard(runner.invoke),
    now: clock.now,
    dynamodbUrl: engines.dynamodb.url,
    sqsUrl: engines.sqs.url,
  });
  for (const { source } of sources.all) own(source);
  own({ stop: async () => pauses.resumeAll() });

  const gateState = { calls: createCallLog(), faults: createFaults(), denials: createDenials() };
  const idOf = (name: string) => functions.find((candidate) => candidate.name === name)?.id;
  const control = createControl(
    {
      ...gateState,
      clockOffsetMs: clock.offsetMs,
      moveClock: async (offsetMs) => {
        clock.move(offsetMs);
        await engines.sqs.setClockOffset(offsetMs);
      },
      rest: ({ ignoreWaiting }) => lookForRest({ sources, runner }, ignoreWaiting),
      pause: (name, paused) => {
        const id = idOf(name);
        if (id !== undefined) paused ? pauses.pause(id) : pauses.resume(id);
        return id !== undefined;
      },
      invoke: (name, event) => {
        const id = idOf(name);
        return id === undefined ? undefined : runner.invoke(id, event);
      },
      token: (request) => mintToken({ request, issuer, key, now: clock.now() }),
      sweepTtl: engines.dynamodb.sweepTtl,
    },
    CONTROL_PREFIX,
  );
  gate.open({
    ...gateState,
    account: stack,
    callers: callersOf(read),
    engines: {
      dynamodb: new URL(engines.dynamodb.url),
      sqs: new URL(engines.sqs.url),
      ses: new URL(engines.ses.url),
      sns: new URL(sources.topics.url),
    },
    hashKeyOf: (table, index) => hashKeyIn(tables, table, index),
    kill: runner.kill,
    control,
  });
  const handles = handlesOf(ground, stack, sources.topics.url);
  const functionId = (arn: string) => functions.find((candidate) => candidate.arn === arn)?.id ?? arn;
  const landing = landingPage({ ...handles, functions: functions.map(({ name }) => name) });
  web.open({
    api:
      api &&
      createHttpApi({
        ...{ api, mayInvoke, functionId, log },
        accountId: stack.accountId,
        authorize: createAuthorizer(clock.now),
        invoke: runner.invoke,
        now: clock.now,
      }),
    login: createLogin({ issuer, web: origin(web), key }),
    page: (path) => (path === '/' ? { contentType: 'text/html; charset=utf-8', body: landing } : undefined),
  });
  return handles;
}

function readAll(stack: ResolvedStack, { assets }: Synthesized) {
  return {
    stack,
    functions: readFunctions(stack, assets),
    tables: readTables(stack),
    queues: readQueues(stack),
    roles: readRoles(stack),
    mayInvoke: readPermissions(stack),
    api: readApi(stack),
  };
}

/** Each function under its access key, with what its role allows. */
function callersOf({ functions, roles, stack }: ReturnType<typeof readAll>) {
  return new Map(
    functions.map(({ accessKeyId, name, roleArn, functionName, id }) => {
      const statements = roles.get(roleArn);
      if (statements === undefined) throw new Error(`${id}: the template has no role ${roleArn}`);
      const role = roleArn.split('/').at(-1);
      const userArn = `arn:aws:sts::${stack.accountId}:assumed-role/${role}/${functionName}`;
      return [accessKeyId, { name, userArn, statements }] as const;
    }),
  );
}

function handlesOf({ engines, web, gate, issuer, logs }: Ground, stack: ResolvedStack, sns: string): Handles {
  const { outputs } = stack;
  const atEngine = (url: string | undefined) =>
    url === undefined ? null : `${engines.sqs.url}${new URL(url).pathname}`;
  return {
    web: origin(web),
    api: `${origin(web)}/api`,
    issuer,
    mail: engines.ses.url,
    receiver: engines.receiver.url,
    dynamodb: engines.dynamodb.url,
    sqs: engines.sqs.url,
    sns,
    topic: readTopicArns(stack)[0] ?? null,
    table: outputs['TableName'] ?? null,
    pid: process.pid,
    gate: gate.url,
    delivery_queue: atEngine(outputs['DeliveryQueueUrl']),
    delivery_dead_letter_queue: atEngine(outputs['DeliveryDeadLetterQueueUrl']),
    logs,
  };
}
