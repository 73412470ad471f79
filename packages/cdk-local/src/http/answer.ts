import type { IncomingMessage } from 'node:http';
import { readBody } from '../read-body.ts';
import { type HttpResponse, messageResponse } from './function-response.ts';
import { type HttpApi, REQUEST_LIMIT_BYTES } from './http-api.ts';

/** Answers a request, whatever it is for. */
export type Answer = (incoming: IncomingMessage) => Promise<HttpResponse>;

/** Answers with the HTTP API; 404 where the template has none. */
export const answerByApi =
  (api: HttpApi | undefined): Answer =>
  async (incoming) => {
    const body = await readBody(incoming, REQUEST_LIMIT_BYTES);
    if (api === undefined) return messageResponse(404, 'Not Found');
    if (body === undefined) return messageResponse(413, 'Request Entity Too Large');
    return api({
      method: incoming.method ?? 'GET',
      url: incoming.url ?? '/',
      rawHeaders: incoming.rawHeaders,
      body,
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
      protocol: `HTTP/${incoming.httpVersion}`,
    });
  };
