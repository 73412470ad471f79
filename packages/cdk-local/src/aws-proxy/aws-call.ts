import type { Requirement } from './policy.ts';

/** Services behind the AWS proxy. */
export type Service = 'dynamodb' | 'sqs' | 'ses' | 'sns' | 'kms' | 'events';

/** What a function asks of AWS, as far as it can be read from the request. */
export type AwsCall = {
  readonly service: Service;
  /** API operation, e.g. `TransactWriteItems`. */
  readonly operation: string;
  /** All of them must be allowed. */
  readonly requirements: readonly Requirement[];
  /** Items that the call means to write; reads are counted from the answer. */
  readonly itemsWritten: number;
  /** Bodies of the messages that it sends to a queue. */
  readonly messages?: readonly string[];
};

/** The parts of an HTTP request that name the operation. */
export type AwsRequest = {
  readonly method: string;
  readonly path: string;
  readonly target: string | undefined;
  readonly body: Buffer;
};

export type Account = { readonly region: string; readonly accountId: string };
