/** What exists before the template is read: ports, engines, keys, a folder. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsProxy, startAwsProxy } from './aws-proxy/aws-proxy.ts';
import { type Clock, createClock } from './clock.ts';
import { type Engines, startEngines } from './engines.ts';
import { startWebServer, type WebServer } from './http/web-server.ts';
import type { Running } from './lambda.ts';
import { type SigningKey, signingKey } from './login/signing-key.ts';
import { REGION } from './template/resolved-stack.ts';

export type RuntimeOptions = {
  /** Of the page and the API; 0 takes a free one. */
  readonly port: number;
  /** Stores tables, streams, queues, the clock, ports, and keys between starts. Without it, they are deleted at the end. */
  readonly dataDirectory?: string | undefined;
  /** A DynamoDB Local that runs already, where the engine's package has no build. */
  readonly dynamodbEndpoint?: string | undefined;
  /** Most messages that a queue has in flight, beyond which it delivers none; 120,000 when absent, as on AWS. */
  readonly inFlightLimit?: number | undefined;
};

export type Runtime = {
  readonly logs: string;
  readonly dataDirectory: string | undefined;
  readonly web: WebServer;
  /** The API's own address, past the distribution. */
  readonly executeApi: WebServer;
  readonly gate: AwsProxy;
  readonly clock: Clock;
  readonly engines: Engines;
  readonly key: SigningKey;
  /** Origin of the page and the API. */
  readonly origin: string;
  readonly issuer: string;
  /** Adds a part that is stopped with the stack: last in, first out. */
  stopLater(part: Running): void;
  log(line: string): void;
};

export const prepareRuntime = async (options: RuntimeOptions, own: Runtime['stopLater']): Promise<Runtime> => {
  const directory = mkdtempSync(join(tmpdir(), 'cdk-local-'));
  own({ stop: async () => rmSync(directory, { recursive: true, force: true }) });
  const { dataDirectory, dynamodbEndpoint, inFlightLimit } = options;
  const logs = join(dataDirectory ?? directory, 'logs');
  mkdirSync(logs, { recursive: true });
  const log = (line: string) => appendFileSync(join(logs, 'stack.log'), `${new Date().toISOString()} ${line}\n`);
  // The ports come first: they are part of the template, of queue URLs and of the functions' environment.
  const web = await startWebServer(options.port);
  own(web);
  const executeApi = await startWebServer(0);
  own(executeApi);
  const gate = await startAwsProxy();
  own(gate);
  const clock = createClock(dataDirectory && join(dataDirectory, 'clock.json'));
  const [engines, key] = await Promise.all([
    startEngines({ region: REGION, dataDirectory, dynamodbEndpoint, inFlightLimit, clock, log, onStart: own }),
    signingKey(dataDirectory === undefined ? undefined : join(dataDirectory, 'login-key.json')),
  ]);
  // By name: it is what people type, and cookies and redirects have to match it.
  const origin = `http://localhost:${web.port}`;
  const running = { web, executeApi, gate, clock, engines };
  return { ...running, logs, dataDirectory, key, origin, issuer: `${origin}/oidc`, stopLater: own, log };
};
