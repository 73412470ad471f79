/** One origin for everything a person or a program calls: the page and the API as the template has them, the login. */
import type { ServerResponse } from 'node:http';
import { type Listening, listen } from '../listen.ts';
import type { Login } from '../login/login.ts';
import type { Answer } from './answer.ts';
import { type HttpResponse, messageResponse } from './function-response.ts';

type WebParts = {
  /** What the template answers. */
  readonly answer: Answer;
  /** What is not the template's. The API's own address has none of it. */
  readonly extra?: {
    readonly login: Login;
    /** HTML of the page about the local stack itself, made for each request. */
    readonly landing: () => Promise<string>;
  };
};

export type WebServer = Listening & {
  /** Until then everything is answered with 503: the port is part of what is being built. */
  open(parts: WebParts): void;
};

/** No path of the page or of the API. */
const LANDING_PATH = '/_local';

const under = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

export const startWebServer = async (port: number): Promise<WebServer> => {
  let parts: WebParts | undefined;
  const server = await listen(async (incoming, response) => {
    if (parts === undefined) return send(response, messageResponse(503, 'the local stack is starting'), false);
    const path = incoming.url?.split('?')[0] ?? '/';
    const { extra } = parts;
    if (extra && under(path, '/oidc')) return extra.login.handle(incoming, response);
    const answer = extra && under(path, LANDING_PATH) ? html(await extra.landing()) : await parts.answer(incoming);
    send(response, answer, incoming.method === 'HEAD');
  }, port);
  return {
    ...server,
    open: (given) => {
      parts = given;
    },
  };
};

const html = (text: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  cookies: [],
  body: Buffer.from(text),
});

/** Headers that only the server may set, as API Gateway sets them itself. */
const OWN_HEADERS = ['connection', 'content-length', 'transfer-encoding', 'keep-alive'];

const send = (response: ServerResponse, { status, headers, cookies, body }: HttpResponse, headOnly: boolean): void => {
  for (const [name, value] of Object.entries(headers)) if (!OWN_HEADERS.includes(name)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  const bodyless = status === 204 || status === 304;
  if (!bodyless) response.setHeader('content-length', body.length);
  response.writeHead(status).end(bodyless || headOnly ? undefined : body);
};
