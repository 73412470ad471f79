import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { readBody } from '../read-body.ts';

export type EngineAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

export type Forward = {
  /** Sends the request on, byte for byte. */
  send(incoming: IncomingMessage, body: Buffer, engine: URL): Promise<EngineAnswer>;
  close(): void;
};

export const createForward = (): Forward => {
  const agent = new Agent({ keepAlive: true });
  return {
    send: (incoming, body, engine) =>
      new Promise((resolve, reject) => {
        const { connection: _hop, 'transfer-encoding': _coding, expect: _expect, ...headers } = incoming.headers;
        const outgoing = request(
          {
            agent,
            host: engine.hostname,
            port: engine.port,
            method: incoming.method,
            path: incoming.url,
            headers: { ...headers, host: engine.host, 'content-length': body.length },
          },
          async (answer) => {
            try {
              resolve({
                status: answer.statusCode ?? 0,
                headers: answer.headers,
                body: (await readBody(answer)) ?? body,
              });
            } catch (error) {
              reject(error);
            }
          },
        );
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
};
