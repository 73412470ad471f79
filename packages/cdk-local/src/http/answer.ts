import type { IncomingMessage } from 'node:http';
import { readBody } from '../read-body.ts';
import { type HttpResponse, messageResponse } from './function-response.ts';
import { type HttpApi, REQUEST_LIMIT_BYTES } from './http-api.ts';

/** Answers a request, whatever it is for. */
export type Answer = (incoming: IncomingMessage) => Promise<HttpResponse>;

/** The same for the API, with headers that a distribution adds, by lower-case names. It replaces those of its caller. */
export type ApiAnswer = (incoming: IncomingMessage, added?: Readonly<Record<string, string>>) => Promise<HttpResponse>;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html */
const withHeaders = (rawHeaders: readonly string[], added: Readonly<Record<string, string>>): readonly string[] => [
  ...rawHeaders.filter((_, at) => !Object.hasOwn(added, (rawHeaders[at - (at % 2)] ?? '').toLowerCase())),
  ...Object.entries(added).flat(),
];

/** Answers with the HTTP API; 404 where the template has none. */
export const answerByApi =
  (api: HttpApi | undefined): ApiAnswer =>
  async (incoming, added = {}) => {
    const body = await readBody(incoming, REQUEST_LIMIT_BYTES);
    if (api === undefined) return messageResponse(404, 'Not Found');
    if (body === undefined) return messageResponse(413, 'Request Entity Too Large');
    return api({
      method: incoming.method ?? 'GET',
      url: incoming.url ?? '/',
      rawHeaders: withHeaders(incoming.rawHeaders, added),
      body,
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
      protocol: `HTTP/${incoming.httpVersion}`,
    });
  };
