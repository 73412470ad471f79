import { CONTROL_PREFIX } from './aws-proxy/aws-proxy.ts';
import { createCallLog } from './aws-proxy/call-log.ts';
import { type ControlDeps, createControl } from './aws-proxy/control.ts';
import { createDenials } from './aws-proxy/denials.ts';
import { createFaults } from './aws-proxy/faults.ts';
import { createStreamPages } from './aws-proxy/stream-pages.ts';
import { findRemainingWork } from './is-idle.ts';
import type { Login } from './login/login.ts';
import { mintToken } from './login/mint-token.ts';
import type { SignIn } from './login/sign-in.ts';
import { evaluateAlarms } from './metrics/evaluate-alarms.ts';
import { moveClock } from './move-clock.ts';
import type { PreparedStack } from './prepare-stack.ts';
import { hashKeyIn } from './template/read-tables.ts';

/** Lets the functions' AWS calls, and control calls, through to the stack. */
export const openAwsProxy = (prepared: PreparedStack, login: Login, signIn: SignIn): void => {
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
      events: new URL(engines.events.url),
      sns: new URL(sources.topics.url),
    },
    hashKeyOf: (table, index) => hashKeyIn(model.tables, table, index),
    streams,
    streamPages: createStreamPages(runtime.clock),
    kill: runner.kill,
    control: createControl({ ...state, ...steering(prepared, signIn), login }, CONTROL_PREFIX),
  });
};

/** The control calls that need more than the AWS proxy. */
const steering = (
  prepared: PreparedStack,
  signIn: SignIn,
): Omit<ControlDeps, 'calls' | 'faults' | 'denials' | 'grants' | 'login'> => {
  const { runtime, model, runner, pauses, sources } = prepared;
  const { engines, clock, issuer, key } = runtime;
  const idOf = (name: string) => model.functions.find((candidate) => candidate.name === name)?.id;
  return {
    clockOffsetMs: clock.offsetMs,
    moveClock: (offsetMs) => moveClock({ clock, engines, streams: sources.streams, held: pauses.held }, offsetMs),
    alarms: () => evaluateAlarms({ ...model, sqsUrl: engines.sqs.url, metrics: prepared.metrics, now: clock.now }),
    findRemainingWork: ({ ignoreWaiting }) => findRemainingWork(prepared, ignoreWaiting),
    hold: (name, how) => {
      const id = idOf(name);
      if (id === undefined) return false;
      if (how === undefined) pauses.resume(id);
      else pauses.hold(id, how);
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
