import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import {
  type RetryMessage,
  retryMessageSchema,
  type WakeMessage,
  wakeMessageSchema,
} from '../../core/deliveries/delivery-message.ts';
import type { DeliveryRef } from '../../core/deliveries/model.ts';
import { type PreparedException, preparedExceptionSchema } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';
import type { TargetName } from '../../core/targets/target-record.ts';

/** What a message asks for. */
type Request =
  | { readonly kind: 'wake'; readonly messageId: string; readonly message: WakeMessage }
  | { readonly kind: 'retry'; readonly messageId: string; readonly message: RetryMessage }
  /** An exception that was queued because the table couldn't be reached when it occurred. */
  | { readonly kind: 'exception'; readonly messageId: string; readonly exception: PreparedException }
  /** It is retried until SQS moves it to the dead-letter queue. */
  | { readonly kind: 'unreadable'; readonly messageId: string };

export type RequestOf<Kind extends Request['kind']> = Extract<Request, { kind: Kind }>;

const bodySchema = z.union([
  z.strictObject({ exception: preparedExceptionSchema }),
  wakeMessageSchema,
  retryMessageSchema,
]);

const parse = ({ messageId, body }: SQSRecord, log: Log): Request => {
  try {
    const parsed = bodySchema.parse(JSON.parse(body));
    if ('exception' in parsed) return { kind: 'exception', messageId, exception: parsed.exception };
    if ('target' in parsed) return { kind: 'wake', messageId, message: parsed };
    return { kind: 'retry', messageId, message: parsed };
  } catch (error) {
    log.error('A message could not be read', { message_id: messageId, error });
    return { kind: 'unreadable', messageId };
  }
};

/** A target to send to, with new deliveries that an index may not have yet, and the messages that asked for it. */
export type Serving = {
  readonly target: TargetName;
  readonly named: readonly DeliveryRef[];
  readonly messageIds: readonly string[];
};

export type Batch = {
  readonly wakes: readonly RequestOf<'wake'>[];
  readonly retries: readonly RequestOf<'retry'>[];
  readonly exceptions: readonly RequestOf<'exception'>[];
  readonly unreadable: readonly RequestOf<'unreadable'>[];
};

/** Parses each message of a batch by itself. */
export const parseBatch = (records: readonly SQSRecord[], log: Log): Batch => {
  const requests = records.map((record) => parse(record, log));
  const of = <Kind extends Request['kind']>(kind: Kind) =>
    requests.filter((request): request is RequestOf<Kind> => request.kind === kind);
  return { wakes: of('wake'), retries: of('retry'), exceptions: of('exception'), unreadable: of('unreadable') };
};

type Wanted = { readonly messageId: string; readonly target: TargetName; readonly deliveries: readonly DeliveryRef[] };

/** Each target once, however many messages ask for it. */
export const byTarget = (wanted: readonly Wanted[]): Serving[] =>
  [...Map.groupBy(wanted, ({ target }) => target)].map(([target, wakes]) => ({
    target,
    named: wakes.flatMap(({ deliveries }) => deliveries),
    messageIds: wakes.map(({ messageId }) => messageId),
  }));
