import { randomUUID } from 'node:crypto';
import type { InvokeResult } from '../lambda.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { type FunctionLog, openFunctionLog } from './function-log.ts';
import { reportLine } from './log-format.ts';
import { type Instance, type InstanceHost, startInstance } from './start-instance.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html : 6 MB each way for a synchronous invocation. */
const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;
/** Lambda has a thousand; two cores have less use for them, and a bound shows what waits. */
const DEFAULT_CONCURRENCY = 4;

/** The instances of one function: reused while idle, started on demand up to a bound; invocations beyond it wait their turn. */
export type FunctionPool = {
  invoke(event: unknown): Promise<InvokeResult>;
  kill(instanceId: string): Promise<boolean>;
  /** Invocations running or waiting. */
  busy(): number;
  stop(): Promise<void>;
};

export type PoolHost = Omit<InstanceHost, 'onLog' | 'onExit'> & {
  readonly logDirectory: string;
  readonly concurrency?: number;
  /** Gets all that the functions print. */
  onOutput?(text: string): void;
};

const refusal = (errorType: string, message: string): InvokeResult => ({ kind: 'error', errorType, message });

const tooLarge = (result: InvokeResult): boolean =>
  result.kind === 'ok' && Buffer.byteLength(JSON.stringify(result.payload) ?? '') > PAYLOAD_LIMIT_BYTES;

export const createFunctionPool = (definition: FunctionDefinition, host: PoolHost): FunctionPool => {
  const limit = Math.min(host.concurrency ?? DEFAULT_CONCURRENCY, definition.reservedConcurrency ?? Infinity);
  const log: FunctionLog = openFunctionLog(host.logDirectory, definition.name);
  const all = new Map<string, Instance>();
  const idle = new Set<Instance>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let stopped = false;

  const instanceHost: InstanceHost = {
    ...host,
    onLog: (requestId, text) => {
      log.write(requestId, text);
      host.onOutput?.(text);
    },
    onExit: (instance) => {
      all.delete(instance.id);
      idle.delete(instance);
    },
  };

  const take = (): Instance => {
    const [ready] = idle;
    if (ready !== undefined) {
      idle.delete(ready);
      return ready;
    }
    const fresh = startInstance(definition, instanceHost);
    all.set(fresh.id, fresh);
    return fresh;
  };

  const runOn = async (instance: Instance, eventJson: string): Promise<InvokeResult> => {
    const failedStart = await instance.started;
    if (failedStart !== undefined) {
      await instance.kill();
      return failedStart;
    }
    const requestId = randomUUID();
    const timeoutMs = definition.timeoutSeconds * 1000;
    const began = performance.now();
    log.write(requestId, 'START');
    const timer = setTimeout(() => {
      const message = `RequestId: ${requestId} Error: Task timed out after ${definition.timeoutSeconds.toFixed(2)} seconds`;
      log.write(requestId, message);
      instance.kill(refusal('Sandbox.Timedout', message));
    }, timeoutMs);
    const result = await instance.run({ requestId, eventJson, deadline: Date.now() + timeoutMs });
    clearTimeout(timer);
    const durationMs = Number((performance.now() - began).toFixed(1));
    const time = new Date().toISOString();
    log.write(requestId, reportLine(definition.logFormat, { requestId, time, durationMs, result }));
    if (all.has(instance.id) && !(result.kind === 'error' && result.errorType === 'Sandbox.Timedout'))
      idle.add(instance);
    return tooLarge(result)
      ? refusal(
          'Function.ResponseSizeTooLarge',
          'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        )
      : result;
  };

  const invoke = async (event: unknown): Promise<InvokeResult> => {
    const eventJson = JSON.stringify(event ?? {});
    if (Buffer.byteLength(eventJson) > PAYLOAD_LIMIT_BYTES) {
      return refusal('RequestEntityTooLargeException', `${Buffer.byteLength(eventJson)} byte payload is too large`);
    }
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      if (stopped) return refusal('ServiceException', 'the stack is stopping');
      return await runOn(take(), eventJson);
    } finally {
      // The place goes to the next in line without being given back in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  return {
    invoke,
    busy: () => running + waiting.length,
    kill: async (instanceId) => {
      const instance = all.get(instanceId);
      // Out of the idle set before the thread is gone: nothing new may land on it.
      if (instance !== undefined) idle.delete(instance);
      await instance?.kill();
      return instance !== undefined;
    },
    stop: async () => {
      stopped = true;
      await Promise.all([...all.values()].map((instance) => instance.kill()));
      await log.close();
    },
  };
};
