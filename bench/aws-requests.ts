import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';

/** Requests of this process to AWS, by operation, e.g. `BatchGetItem`. */
export type AwsRequests = ReadonlyMap<string, number>;

let counts = new Map<string, number>();

/** Node publishes each request of `node:http` on this channel. AWS's JSON protocols name the operation in a header. */
subscribe('http.client.request.start', (message) => {
  const request = typeof message === 'object' && message !== null && 'request' in message ? message.request : null;
  const target = request instanceof ClientRequest ? request.getHeader('x-amz-target') : undefined;
  if (typeof target !== 'string') return;
  const operation = target.slice(target.indexOf('.') + 1);
  counts.set(operation, (counts.get(operation) ?? 0) + 1);
});

/** Requests since the last call, of any client: the functions' code is measured unchanged. */
export const takeAwsRequests = (): AwsRequests => {
  const taken = counts;
  counts = new Map();
  return taken;
};

export const total = (requests: AwsRequests): number => requests.values().reduce((sum, count) => sum + count, 0);
