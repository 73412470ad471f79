import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { type Duplex, duplexPair } from 'node:stream';
import { readBody } from '../../../../packages/cdk-local/src/read-body.ts';

/** A request that a function has sent and waits for. */
export type WireRequest = {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
  /** Breaks the connection, as a target does that goes away. */
  reset(code?: 'ECONNRESET' | 'ETIMEDOUT'): void;
  /** The function has stopped waiting for an answer: its own limit for the request is over. */
  isGivenUp(): boolean;
};

/** The HTTP modules of an instance, every connection of which ends in the simulation. */
export type Wire = { readonly http: unknown; readonly https: unknown };

/** What a socket has and a stream has not; a wire neither tires nor falls asleep. */
const asSocket = (stream: Duplex): Duplex => {
  const same = () => stream;
  return Object.assign(stream, { setKeepAlive: same, setNoDelay: same, setTimeout: same, ref: same, unref: same });
};

/** A module with some of its exports replaced. */
export const overlay = (module: object, replaced: Readonly<Record<string, unknown>>): unknown =>
  new Proxy(module, {
    get: (target, name) => {
      if (name === 'default') return overlay(module, replaced);
      return typeof name === 'string' && Object.hasOwn(replaced, name) ? replaced[name] : Reflect.get(target, name);
    },
  });

const answerTo = (onRequest: (request: WireRequest) => void, clients: WeakMap<object, Duplex>) => {
  const server = http.createServer(async (incoming, response) => {
    const body = (await readBody(incoming)) ?? Buffer.alloc(0);
    const reset = (code = 'ECONNRESET') => {
      const reason = Object.assign(new Error(`read ${code}`), { code });
      clients.get(incoming.socket)?.destroy(reason);
    };
    const isGivenUp = () => clients.get(incoming.socket)?.destroyed ?? true;
    onRequest({ incoming, body, response, reset, isGivenUp });
  });
  // None of its own clocks may tick: time is the simulation's.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return server;
};

/**
 * Makes the `node:http` and `node:https` of an instance: the real ones, but for their agents, whose connections lead to
 * `onRequest` over streams in memory. TLS is not spoken, names are not resolved.
 */
export const createWire = (onRequest: (request: WireRequest) => void): Wire => {
  const clients = new WeakMap<object, Duplex>();
  const server = answerTo(onRequest, clients);
  const connect = (): Duplex => {
    const [client, far] = duplexPair();
    clients.set(asSocket(far), asSocket(client));
    // An instance that is killed drops its end.
    far.on('error', () => {});
    server.emit('connection', far);
    return client;
  };
  class Agent extends http.Agent {
    override createConnection(): Duplex {
      return connect();
    }
  }
  class SecureAgent extends https.Agent {
    override createConnection(): Duplex {
      return connect();
    }
  }
  return { http: overlay(http, { Agent }), https: overlay(https, { Agent: SecureAgent }) };
};
