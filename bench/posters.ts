/** Senders of webhook messages, from bare HTTP clients to Gatebell's own. */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Pool } from 'undici';
import { connectWebhooks, DEADLINE_MS, resolveHost } from '../core/channels/http-post.ts';

/** Posts one body and resolves when its answer was read. Throws if the answer isn't a success. */
export type Post = (url: string, body: string) => Promise<void>;

const HEADERS = { 'content-type': 'application/json' };

const succeed = (status: number | undefined): void => {
  if (status !== 200 && status !== 202) throw new Error(`The receiver answered ${status}`);
};

const barePost =
  (keepAlive: boolean, connections: number): Post =>
  (url, body) => {
    const isTls = url.startsWith('https:');
    const agent = isTls ? tlsAgent(keepAlive, connections) : plainAgent(keepAlive, connections);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const options = { method: 'POST', agent, headers: { ...HEADERS, 'content-length': Buffer.byteLength(body) } };
    const request = (isTls ? httpsRequest : httpRequest)(url, options, (response) => {
      response.resume().on('end', () => {
        succeed(response.statusCode);
        resolve();
      });
    });
    request.on('error', reject).end(body);
    return promise;
  };

const agents = new Map<string, HttpAgent>();

const kept = (name: string, make: () => HttpAgent): HttpAgent => {
  const agent = agents.get(name) ?? make();
  agents.set(name, agent);
  return agent;
};

const plainAgent = (keepAlive: boolean, maxSockets: number) =>
  kept(`http ${keepAlive} ${maxSockets}`, () => new HttpAgent({ keepAlive, maxSockets }));
const tlsAgent = (keepAlive: boolean, maxSockets: number) =>
  kept(`https ${keepAlive} ${maxSockets}`, () => new HttpsAgent({ keepAlive, maxSockets }));

const undiciPost = (origin: string, connections: number): Post => {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  return async (url, body) => {
    const path = url.slice(origin.length);
    const answer = await pool.request({ path, method: 'POST', headers: HEADERS, body });
    await answer.body.dump();
    succeed(answer.statusCode);
  };
};

const gatebellPost = (origin: string): Post => {
  const policy = { extraHosts: [], localOrigin: origin };
  const post = connectWebhooks({ policy, deadlineMs: DEADLINE_MS, resolve: resolveHost });
  return async (url, body) => {
    const result = await post({ webhook: url, channel: 'slack', body });
    if (result.kind !== 'answer') throw new Error(result.reason);
    succeed(result.status);
  };
};

/** A sender, as the sending process gets it. */
export type Poster = {
  readonly way: 'undici' | 'node:http' | 'node:http without keep-alive' | 'webhook.ts';
  readonly connections: number;
};

export const posterOf = ({ way, connections }: Poster, origin: string): Post => {
  switch (way) {
    case 'undici':
      return undiciPost(origin, connections);
    case 'node:http':
      return barePost(true, connections);
    case 'node:http without keep-alive':
      return barePost(false, connections);
    case 'webhook.ts':
      return gatebellPost(origin);
    default:
      return way satisfies never;
  }
};
