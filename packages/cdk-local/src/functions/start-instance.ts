import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { InvokeResult } from '../lambda.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { instanceEnvironment } from './instance-environment.ts';
import { type InstanceBoot, type InstanceRequest, instanceMessageSchema } from './instance-protocol.ts';

/** One execution environment of a function. It handles one event at a time, and a kill ends it at whatever await it is in. */
export type Instance = {
  readonly id: string;
  /** Resolves when the bundle is loaded; gives the error result when it can't be. */
  readonly started: Promise<InvokeResult | undefined>;
  run(request: InstanceRequest): Promise<InvokeResult>;
  /** Ends the instance abruptly; an event it is handling ends with `reason`. */
  kill(reason?: InvokeResult): Promise<void>;
};

export type InstanceHost = {
  readonly region: string;
  readonly endpoint: string;
  readonly clockMemory: SharedArrayBuffer;
  onLog(requestId: string, text: string): void;
  onExit(instance: Instance): void;
};

const exited = (requestId: string, why: string): InvokeResult => ({
  kind: 'error',
  errorType: 'Runtime.ExitError',
  message: `RequestId: ${requestId} Error: Runtime exited ${why}`,
});

const startWorker = (definition: FunctionDefinition, id: string, host: InstanceHost): Worker => {
  const [file = 'index', exportName = 'handler'] = definition.handler.split('.');
  const boot: InstanceBoot = {
    entry: pathToFileURL(join(definition.assetDirectory, `${file}.mjs`)).href,
    exportName,
    clockMemory: host.clockMemory,
    functionName: definition.functionName,
    functionArn: definition.arn,
    memorySizeMb: definition.memorySizeMb,
  };
  return new Worker(new URL('./instance.ts', import.meta.url), {
    workerData: boot,
    // NODE_OPTIONS of the template takes effect: Node parses it from the worker's environment.
    env: instanceEnvironment({ definition, instanceId: id, region: host.region, endpoint: host.endpoint }),
    execArgv: [],
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: definition.memorySizeMb },
    name: `${definition.name} ${id}`,
  });
};

export const startInstance = (definition: FunctionDefinition, host: InstanceHost): Instance => {
  const id = randomUUID();
  const worker = startWorker(definition, id, host);
  const start = Promise.withResolvers<InvokeResult | undefined>();
  let current: { requestId: string; settle(result: InvokeResult): void } | undefined;
  let death = 'without providing a reason';

  const settle = (result: InvokeResult) => {
    current?.settle(result);
    current = undefined;
  };
  const instance: Instance = {
    id,
    started: start.promise,
    run: (request) =>
      new Promise((resolve) => {
        current = { requestId: request.requestId, settle: resolve };
        worker.postMessage(request);
      }),
    kill: async (reason) => {
      if (reason !== undefined) settle(reason);
      await worker.terminate();
    },
  };
  worker.on('message', (raw) => {
    const message = instanceMessageSchema.parse(raw);
    switch (message.kind) {
      case 'ready':
        return start.resolve(undefined);
      case 'init-failed':
        return start.resolve({ kind: 'error', errorType: message.errorType, message: message.errorMessage });
      case 'log':
        return host.onLog(message.requestId, message.text);
      case 'done':
        return settle({ kind: 'ok', payload: JSON.parse(message.payload ?? 'null') });
      case 'failed':
        return settle({ kind: 'error', errorType: message.errorType, message: message.errorMessage });
      default:
        return message satisfies never;
    }
  });
  worker.on('error', (error) => {
    death = `with error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    host.onLog(current?.requestId ?? '', death);
  });
  worker.on('exit', () => {
    const requestId = current?.requestId ?? '';
    start.resolve(exited(requestId, death));
    settle(exited(requestId, death));
    host.onExit(instance);
  });
  return instance;
};
