/**
 * The one door between the functions and AWS. It knows the caller by its access key, holds it to its role, records the call and what allowed it,
 * plays the faults that tests ask for, and forwards all other calls to the engines unchanged.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Running } from '../lambda.ts';
import { listen } from '../listen.ts';
import { readBody } from '../read-body.ts';
import type { KeyAllows } from '../template/read-key-policies.ts';
import type { Account, AwsCall, Service } from './aws-call.ts';
import type { CallLog } from './call-log.ts';
import { askingForUnits, capacityUnits } from './capacity-units.ts';
import type { Denials } from './denials.ts';
import { describeCall, signerOf } from './describe-call.ts';
import type { HashKeyOf } from './dynamodb-call.ts';
import type { FaultRule, Faults } from './faults.ts';
import { createForward, type EngineAnswer, type Forward } from './forward.ts';
import type { Grants } from './grants.ts';
import { itemsRead } from './items-read.ts';
import { grantsFor, isAllowed, type Requirement, type Statement } from './policy.ts';
import { type Answer, type Denier, denied, failed, throttled, unknownCall } from './refusal.ts';
import { inNamesOfEngine, type Streams } from './stream-call.ts';
import type { StreamPages } from './stream-pages.ts';

/** A function as the AWS proxy knows it. */
export type Caller = {
  /** Name, e.g. `gate-trigger`. */
  readonly name: string;
  readonly roleArn: string;
  /** The assumed role, for messages. */
  readonly userArn: string;
  readonly statements: readonly Statement[];
};

type AwsProxyDeps = {
  readonly account: Account;
  /** By access key id. */
  readonly callers: ReadonlyMap<string, Caller>;
  readonly engines: Readonly<Record<Service, URL>>;
  readonly keyAllows: KeyAllows;
  readonly hashKeyOf: HashKeyOf;
  readonly streams: Streams;
  readonly streamPages: StreamPages;
  kill(instanceId: string): Promise<void>;
  readonly faults: Faults;
  readonly denials: Denials;
  readonly calls: CallLog;
  readonly grants: Grants;
  /** Answers what is under the control prefix. */
  control(incoming: IncomingMessage, response: ServerResponse): Promise<void>;
};

export type AwsProxy = Running & {
  readonly url: string;
  /** Until then everything is answered with 503: the address must be known before what needs it can be made. */
  open(deps: AwsProxyDeps): void;
};

/** No AWS call has such a path. */
export const CONTROL_PREFIX = '/_gate/';

export const startAwsProxy = async (): Promise<AwsProxy> => {
  const forward = createForward();
  let deps: AwsProxyDeps | undefined;
  const server = await listen(async (incoming, response) => {
    if (deps === undefined) return void response.writeHead(503).end();
    if (incoming.url?.startsWith(CONTROL_PREFIX)) return deps.control(incoming, response);
    await handle(deps, forward, incoming, response);
  });
  return {
    url: server.url,
    open: (given) => {
      deps = given;
    },
    stop: async () => {
      forward.close();
      await server.stop();
    },
  };
};

/** What refuses a caller what a call requires; a key's policy has to allow it as well as the role. */
const denierOf = (deps: AwsProxyDeps, caller: Caller, requirement: Requirement): Denier | undefined => {
  const { action, resources } = requirement;
  if (deps.denials.has(caller.name, action)) return 'test';
  if (!isAllowed(caller.statements, requirement)) return 'role';
  if (!action.startsWith('kms:')) return undefined;
  const { roleArn } = caller;
  return resources.every((keyArn) => deps.keyAllows({ keyArn, roleArn, action })) ? undefined : 'resource';
};

const refusalOf = (deps: AwsProxyDeps, caller: Caller, call: AwsCall): Answer | undefined => {
  for (const requirement of call.requirements) {
    const by = denierOf(deps, caller, requirement);
    if (by === undefined) continue;
    const { action, resources } = requirement;
    return denied(call.service, { user: caller.userArn, action, resource: resources[0] ?? '*', by });
  }
  for (const requirement of call.requirements) deps.grants.use(caller.name, grantsFor(caller.statements, requirement));
  return undefined;
};

/** Headers that belong to one connection and not to the answer. */
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding'];

const reply = (response: ServerResponse, answer: Answer | EngineAnswer): void => {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !HOP_HEADERS.includes(name)) response.setHeader(name, value);
  }
  response.writeHead(answer.status, { 'content-length': Buffer.byteLength(answer.body) }).end(answer.body);
};

const handle = async (
  deps: AwsProxyDeps,
  forward: Forward,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const began = performance.now();
  const { accessKeyId, service, instanceId } = signerOf(incoming);
  const body = (await readBody(incoming)) ?? Buffer.alloc(0);
  const caller = deps.callers.get(accessKeyId);
  if (caller === undefined)
    return reply(response, unknownCall('The security token included in the request is invalid.'));
  let call: AwsCall;
  try {
    const { account, hashKeyOf, streams } = deps;
    call = describeCall({ service, incoming, body, account, hashKeyOf, streams });
  } catch (error) {
    return reply(response, unknownCall(`The AWS proxy can't place this call: ${error}`));
  }
  const outcome = await decide(deps, caller, call, async () => {
    const named = inNamesOfEngine(incoming.headers['x-amz-target'], body, deps.streams);
    const asked = askingForUnits(call, named);
    return deps.streamPages(call, body, await forward.send(incoming, asked, deps.engines[call.service]));
  });
  const { answer, itemsRead: read = 0, itemsWritten = 0, units = 0 } = outcome;
  const durationMs = Math.round((performance.now() - began) * 10) / 10;
  deps.calls.add({
    function: caller.name,
    service: call.service,
    operation: call.operation,
    status: answer?.status ?? 0,
    outcome: outcome.kind,
    itemsRead: read,
    itemsWritten,
    units,
    ...(call.messages && { messages: call.messages }),
    durationMs,
  });
  if (answer !== undefined) return reply(response, answer);
  await deps.kill(instanceId);
  response.destroy();
};

/** How a call ends; without an answer the caller is killed. */
type Outcome = {
  readonly kind: string;
  readonly answer?: Answer | EngineAnswer;
  readonly itemsRead?: number;
  readonly itemsWritten?: number;
  readonly units?: number;
};

const decide = async (
  deps: AwsProxyDeps,
  caller: Caller,
  call: AwsCall,
  forwarded: () => Promise<EngineAnswer>,
): Promise<Outcome> => {
  const fault = deps.faults.due(caller.name, call);
  if (fault?.when === 'before') return played(fault.do, call.service);
  const refusal = refusalOf(deps, caller, call);
  if (refusal !== undefined) return { kind: 'denied', answer: refusal };
  const answer = await forwarded();
  const done = answer.status === 200;
  const itemsWritten = done ? call.itemsWritten : 0;
  if (fault !== undefined) return { ...played(fault.do, call.service), itemsWritten };
  const isAnswered = done && call.service === 'dynamodb';
  const read = isAnswered ? itemsRead(call.operation, answer.body) : 0;
  const units = isAnswered ? capacityUnits(answer.body) : 0;
  return { kind: done ? 'ok' : errorCode(answer.body), answer, itemsRead: read, itemsWritten, units };
};

const played = (fault: FaultRule['do'], service: Service): Outcome => {
  switch (fault) {
    case 'kill':
      return { kind: 'kill' };
    case 'throttle':
      return { kind: 'throttle', answer: throttled(service) };
    case 'error':
      return { kind: 'error', answer: failed(service) };
    default:
      return fault satisfies never;
  }
};

const errorCode = (body: Buffer): string => {
  const text = body.toString();
  return /"__type":\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? /<Code>([^<]+)</.exec(text)?.[1] ?? 'error';
};
