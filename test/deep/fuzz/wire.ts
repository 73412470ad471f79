import { Agent, request } from 'node:http';
import type { FuzzRequest } from './requests.ts';

export type WireAnswer = { readonly status: number; readonly contentType: string | null; readonly text: string };

/** Sends requests as they are: fetch would put odd paths and headers right. */
export const connectWire = (origin: string, tokens: Readonly<Record<string, string | undefined>>) => {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(origin);

  const send = ({ method, path, headers, body, caller }: FuzzRequest): Promise<WireAnswer> => {
    const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>();
    const sent = request({ agent, hostname, port, method, path });
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
    const token = tokens[caller];
    if (token !== undefined) sent.setHeader('authorization', `Bearer ${token}`);
    // Node leaves it out for GET and DELETE, and the body would be read as the next request.
    if (body.length > 0) sent.setHeader('content-length', body.length);
    sent.on('response', async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) if (Buffer.isBuffer(part)) parts.push(part);
      resolve({
        status: response.statusCode ?? 0,
        contentType: response.headers['content-type'] ?? null,
        text: Buffer.concat(parts).toString('utf8'),
      });
    });
    sent.on('error', reject);
    sent.end(body);
    return promise;
  };

  return { send, close: () => agent.destroy() };
};
