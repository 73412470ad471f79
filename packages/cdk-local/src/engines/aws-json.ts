import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import type { z } from 'zod';

/** A call in AWS's JSON 1.0 protocol to a local engine. */
export type AwsJsonCall<T extends z.ZodType> = {
  /** Endpoint of the engine. */
  readonly url: string;
  /** `DynamoDB_20120810.GetItem` and the like. */
  readonly target: string;
  readonly region?: string;
  readonly body: unknown;
  readonly answer: T;
};

/** The engine refused; `type` is the error's name without its namespace, e.g. `ResourceNotFoundException`. */
export class AwsJsonError extends Error {
  readonly type: string;

  constructor(target: string, type: string, message: string) {
    super(`${target}: ${type}: ${message}`);
    this.name = 'AwsJsonError';
    this.type = type;
  }
}

/** Calls an engine and parses its answer. Unsigned: the engines want the headers of a signature, and check none. */
export const callAwsJson = async <T extends z.ZodType>(call: AwsJsonCall<T>): Promise<z.output<T>> => {
  const { status, text } = await post(call, JSON.stringify(call.body));
  const body: unknown = text === '' ? {} : JSON.parse(text);
  if (status === 200) return call.answer.parse(body);
  throw toError(call.target, status, body);
};

type Sent = { readonly status: number; readonly text: string };

const post = async (call: Pick<AwsJsonCall<z.ZodType>, 'url' | 'target' | 'region'>, body: string): Promise<Sent> => {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${day}/${call.region ?? 'us-east-1'}/local/aws4_request`;
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amz-target': call.target,
    'x-amz-date': `${day}T000000Z`,
    authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0`,
  };
  const first = await send(call.url, headers, body);
  return first === 'stale' ? await sendOnNewConnection(call.url, headers, body) : first;
};

/** `stale`: the engine had closed the kept connection before this request, which it never saw. */
const send = (url: string, headers: OutgoingHttpHeaders, body: string, agent?: Agent): Promise<Sent | 'stale'> =>
  new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, ...(agent !== undefined && { agent }) };
    const outgoing = request(url, options, async (answer) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(Buffer.from(chunk));
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      } catch (error) {
        reject(error);
      }
    });
    // https://nodejs.org/api/http.html#requestreusedsocket
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      outgoing.reusedSocket && error.code === 'ECONNRESET' ? resolve('stale') : reject(error),
    );
    outgoing.end(body);
  });

const sendOnNewConnection = async (url: string, headers: OutgoingHttpHeaders, body: string): Promise<Sent> => {
  const answer = await send(url, headers, body, new Agent({ keepAlive: false }));
  if (answer === 'stale') throw new Error(`${url} closed a new connection`);
  return answer;
};

const toError = (target: string, status: number, body: unknown): AwsJsonError => {
  const text = (key: string) => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const type = text('__type')?.split('#').at(-1) ?? `Status${status}`;
  return new AwsJsonError(target, type, text('message') ?? text('Message') ?? '');
};
