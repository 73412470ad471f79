import type { Requirement } from './policy.ts';

/** Services behind the AWS proxy. */
export type Service = 'dynamodb' | 'sqs' | 'ses' | 'sns' | 'kms';

/** What a function asks of AWS, as far as it can be read from the request. */
export type AwsCall = {
  service: Service;
  /** API operation, e.g. `TransactWriteItems`. */
  operation: string;
  /** All of them must be allowed. */
  requirements: readonly Requirement[];
  /** Items that the call means to write; reads are counted from the answer. */
  itemsWritten: number;
  /** Bodies of the messages that it sends to a queue. */
  messages?: readonly string[];
};

/** The parts of an HTTP request that name the operation. */
export type AwsRequest = {
  method: string;
  path: string;
  target: string | undefined;
  body: Buffer;
};

export type Account = { region: string; accountId: string };
