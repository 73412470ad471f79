import * as z from 'zod';
import type { EngineAnswer } from '../../../../packages/cdk-local/src/aws-proxy/forward.ts';
import { type Answer, failed, throttled } from '../../../../packages/cdk-local/src/aws-proxy/refusal.ts';
import { answerKms } from '../../../../packages/cdk-local/src/engines/kms.ts';
import type { PendingCall } from './function-host.ts';
import type { Outside, Sender } from './outside.ts';
import type { SimulatedQueue } from './queue.ts';
import type { TableEngine } from './table-engine.ts';

export type ServiceDeps = {
  readonly engine: TableEngine;
  /** By URL. */
  readonly queues: ReadonlyMap<string, SimulatedQueue>;
  readonly outside: Outside;
  /** Behind all keys of KMS. */
  readonly kmsSecret: Uint8Array;
};

const sqsBody = z.object({
  QueueUrl: z.string(),
  Entries: z.array(
    z.object({
      Id: z.string(),
      MessageBody: z.string(),
      DelaySeconds: z.number().default(0),
    }),
  ),
});
type Entry = z.infer<typeof sqsBody>['Entries'][number];

const sendEntry = (queue: SimulatedQueue, { Id, MessageBody, DelaySeconds }: Entry) => {
  const { id, md5 } = queue.send(MessageBody, DelaySeconds);
  return { Id, MessageId: id, MD5OfMessageBody: md5 };
};

/** The calls to SQS that functions make, in its JSON protocol. */
const callSqs = ({ queues }: ServiceDeps, operation: string, body: string): Answer => {
  const { QueueUrl, Entries } = sqsBody.parse(JSON.parse(body));
  const queue = queues.get(QueueUrl);
  if (queue === undefined) throw new Error(`There is no queue ${QueueUrl}`);
  if (operation !== 'SendMessageBatch') throw new Error(`No ${operation} here`);
  const answer = { Successful: Entries.map((entry) => sendEntry(queue, entry)), Failed: [] };
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(answer) };
};

/** Performs a call. Returns `lost` if no answer follows. The records of the targets name the `sender`. */
export const perform = async (
  deps: ServiceDeps,
  { service, operation, request }: PendingCall,
  sender: Sender,
): Promise<Answer | EngineAnswer | 'lost'> => {
  const body = request.body.toString();
  switch (service) {
    case 'dynamodb':
      return await deps.engine.perform(request);
    case 'sqs':
      return callSqs(deps, operation, body);
    case 'ses':
      return deps.outside.sendMail(body, sender);
    case 'kms':
      return {
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        ...answerKms(deps.kmsSecret, operation, body),
      };
    case 'webhook': {
      const { host } = request.incoming.headers;
      return deps.outside.post(`https://${host}${request.incoming.url}`, body, sender);
    }
    default:
      return service satisfies never;
  }
};

/** A refusal in the words of the service. */
export const refuse = (service: PendingCall['service'], fault: 'fail' | 'throttle'): Answer => {
  if (service !== 'webhook') return fault === 'fail' ? failed(service) : throttled(service);
  return fault === 'fail'
    ? { status: 500, headers: {}, body: 'rollup_error' }
    : { status: 429, headers: { 'retry-after': '3' }, body: '' };
};

/** Headers that belong to one connection and not to the answer. */
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'date'];

/**
 * Gives the answer to the function that waits for it. It is dated by the simulation: an SDK that finds its clock days away
 * from the service's tries again whatever was refused.
 */
export const reply = ({ request: { response } }: PendingCall, answer: Answer | EngineAnswer, now: Date): void => {
  response.setHeader('date', now.toUTCString());
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !HOP_HEADERS.includes(name)) response.setHeader(name, value);
  }
  response.writeHead(answer.status, { 'content-length': Buffer.byteLength(answer.body) }).end(answer.body);
};
