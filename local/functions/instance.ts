/**
 * The inside of a function instance: a worker thread that does what Lambda's Node.js runtime does. It shifts the clock,
 * patches the console as Lambda does, imports the bundle and calls its handler with one event at a time.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { formatWithOptions } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { InstanceBoot, InstanceMessage, InstanceRequest } from './instance-protocol.ts';
import { shiftDate } from './shift-date.ts';

const boot: InstanceBoot = workerData;
const realNow = shiftDate(new Float64Array(boot.clockMemory));

let requestId = '';

const tell = (message: InstanceMessage): void => parentPort?.postMessage(message);

/** Straight to the host instead of through the worker's stdout, which buffers: a kill must not swallow what was logged before it. */
const log = (text: string): void => tell({ kind: 'log', requestId, text });

/** In Lambda's JSON format a single value stays what it is: an object is logged as one, if JSON can hold it. */
function jsonLine(frame: object, parts: readonly unknown[], text: string): string {
  try {
    return JSON.stringify({ ...frame, message: parts.length === 1 ? parts[0] : text });
  } catch {
    return JSON.stringify({ ...frame, message: text });
  }
}

function patchOutput(): void {
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    log(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = rest.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  const { AWS_LAMBDA_LOG_FORMAT: logFormat } = process.env;
  const line =
    (level: string) =>
    (...parts: unknown[]) => {
      const timestamp = new Date().toISOString();
      const text = formatWithOptions({ colors: false }, ...parts);
      log(
        logFormat === 'JSON'
          ? jsonLine({ timestamp, level, requestId }, parts, text)
          : `${timestamp}\t${level}\t${text}`,
      );
    };
  Object.assign(console, {
    log: line('INFO'),
    info: line('INFO'),
    warn: line('WARN'),
    error: line('ERROR'),
    debug: line('DEBUG'),
    trace: line('TRACE'),
  });
}

const describe = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: typeof error, errorMessage: String(error) };

const trace = (error: unknown): string => (error instanceof Error ? (error.stack ?? String(error)) : String(error));

type Handler = (event: unknown, context: unknown) => unknown;

async function loadHandler(): Promise<Handler> {
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
}

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

async function handle(handler: Handler, request: InstanceRequest): Promise<void> {
  requestId = request.requestId;
  try {
    const event: unknown = JSON.parse(request.eventJson);
    const value = await handler(event, contextOf(request));
    tell({ kind: 'done', requestId, payload: JSON.stringify(value) });
  } catch (error) {
    log(`${new Date().toISOString()}\tERROR\tInvoke Error\t${trace(error)}`);
    tell({ kind: 'failed', requestId, ...describe(error) });
  }
}

patchOutput();
try {
  const handler = await loadHandler();
  parentPort?.on('message', (request: InstanceRequest) => handle(handler, request));
  tell({ kind: 'ready' });
} catch (error) {
  log(`${new Date().toISOString()}\tERROR\tUncaught Exception\t${trace(error)}`);
  tell({ kind: 'init-failed', ...describe(error) });
}
