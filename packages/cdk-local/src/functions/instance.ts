/**
 * The inside of a function instance: a worker thread that does what Lambda's Node.js runtime does. It shifts the clock,
 * patches the console as Lambda does, imports the bundle and calls its handler with one event at a time.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { InstanceBoot, InstanceMessage, InstanceRequest } from './instance-protocol.ts';
import { consoleLine, type LogFrame } from './log-format.ts';
import { shiftDate } from './shift-date.ts';

const boot: InstanceBoot = workerData;
const realNow = shiftDate(new Float64Array(boot.clockMemory));

let requestId = '';

const post = (message: InstanceMessage): void => parentPort?.postMessage(message);

/** Straight to the host instead of through the worker's stdout, which buffers: a kill must not lose earlier log lines. */
const log = (text: string): void => post({ kind: 'log', requestId, text });

const logFormat = process.env['AWS_LAMBDA_LOG_FORMAT'] === 'JSON' ? 'JSON' : 'Text';

const logParts = (level: LogFrame['level'], parts: readonly unknown[]): void =>
  log(consoleLine(logFormat, { timestamp: new Date().toISOString(), level, requestId: requestId || undefined }, parts));

const patchOutput = (): void => {
  const write = (chunk: string | Uint8Array, ...options: unknown[]): boolean => {
    log(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = options.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  const line =
    (level: LogFrame['level']) =>
    (...parts: unknown[]) =>
      logParts(level, parts);
  Object.assign(console, {
    log: line('INFO'),
    info: line('INFO'),
    warn: line('WARN'),
    error: line('ERROR'),
    debug: line('DEBUG'),
    trace: line('TRACE'),
  });
};

/** In JSON the error is the message, and what failed is not said. */
const logUncaught = (what: string, error: unknown): void =>
  logParts('ERROR', logFormat === 'JSON' ? [error instanceof Error ? error : new Error(String(error))] : [what, error]);

const describe = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: typeof error, errorMessage: String(error) };

type Handler = (event: unknown, context: unknown) => unknown;

const loadHandler = async (): Promise<Handler> => {
  const module: unknown = await import(boot.entry);
  const handler: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, boot.exportName) : undefined;
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`index.${boot.exportName} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  // Node.js 24 on Lambda dropped handlers with a callback.
  if (handler.length > 2) {
    throw Object.assign(new Error('callback handlers are not supported from Node.js 24 on'), {
      name: 'Runtime.CallbackHandlerDeprecated',
    });
  }
  return (event, context) => handler(event, context);
};

const { AWS_LAMBDA_LOG_GROUP_NAME: logGroupName, AWS_LAMBDA_LOG_STREAM_NAME: logStreamName } = process.env;

const contextOf = ({ requestId: awsRequestId, deadline }: InstanceRequest) => ({
  awsRequestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: boot.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: boot.functionArn,
  memoryLimitInMB: String(boot.memorySizeMb),
  logGroupName,
  logStreamName,
  getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
});

const handle = async (handler: Handler, request: InstanceRequest): Promise<void> => {
  requestId = request.requestId;
  try {
    const event: unknown = JSON.parse(request.eventJson);
    const value = await handler(event, contextOf(request));
    post({ kind: 'done', requestId, payload: JSON.stringify(value) });
  } catch (error) {
    logUncaught('Invoke Error', error);
    post({ kind: 'failed', requestId, ...describe(error) });
  }
};

patchOutput();
try {
  const handler = await loadHandler();
  parentPort?.on('message', (request: InstanceRequest) => handle(handler, request));
  post({ kind: 'ready' });
} catch (error) {
  logUncaught('Uncaught Exception', error);
  post({ kind: 'init-failed', ...describe(error) });
}
