/** One origin for everything a person or a program calls: the page, the API, the login. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, listen } from '../listen.ts';
import type { Login } from '../login/login.ts';
import { readBody } from '../read-body.ts';
import { type HttpResponse, messageResponse } from './function-response.ts';
import { type HttpApi, REQUEST_LIMIT_BYTES } from './http-api.ts';

type WebParts = {
  api: HttpApi | undefined;
  login: Login;
  /** The page's files, by path; undefined for what there is none of. */
  page(path: string): { contentType: string; body: string | Buffer } | undefined;
};

export type WebServer = Listening & {
  /** Until then everything is answered with 503: the port is part of what is being built. */
  open(parts: WebParts): void;
};

const under = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

export async function startWebServer(port: number): Promise<WebServer> {
  let parts: WebParts | undefined;
  const server = await listen(async (incoming, response) => {
    if (parts === undefined) return send(response, messageResponse(503, 'the local stack is starting'), false);
    const path = incoming.url?.split('?')[0] ?? '/';
    if (under(path, '/oidc')) return parts.login.handle(incoming, response);
    if (under(path, '/api')) return send(response, await callApi(parts.api, incoming), incoming.method === 'HEAD');
    const page = parts.page(path);
    if (page === undefined) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found\n');
    response.writeHead(200, { 'content-type': page.contentType, 'content-length': Buffer.byteLength(page.body) });
    response.end(incoming.method === 'HEAD' ? undefined : page.body);
  }, port);
  return {
    ...server,
    open: (given) => {
      parts = given;
    },
  };
}

async function callApi(api: HttpApi | undefined, incoming: IncomingMessage): Promise<HttpResponse> {
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
}

/** Headers that only the server may set, as API Gateway sets them itself. */
const OWN_HEADERS = ['connection', 'content-length', 'transfer-encoding', 'keep-alive'];

function send(response: ServerResponse, { status, headers, cookies, body }: HttpResponse, headOnly: boolean): void {
  for (const [name, value] of Object.entries(headers)) if (!OWN_HEADERS.includes(name)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  const bodyless = status === 204 || status === 304;
  if (!bodyless) response.setHeader('content-length', body.length);
  response.writeHead(status).end(bodyless || headOnly ? undefined : body);
}
