import type { IncomingMessage } from 'node:http';
import type { Account, AwsCall, AwsRequest } from './aws-call.ts';
import { dynamoDbCall, type HashKeyOf } from './dynamodb-call.ts';
import { eventsCall, kmsCall, sesCall, snsCall, sqsCall } from './other-calls.ts';
import { isStreamCall, type Streams, streamCall } from './stream-call.ts';

/** Access key and service of a SigV4 signature; the AWS proxy believes it unchecked. */
const CREDENTIAL = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/;

export type Signer = {
  readonly accessKeyId: string;
  readonly service: string;
  /** The instance's id: each has its own session token. */
  readonly instanceId: string;
};

const headerText = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

export const signerOf = ({ headers }: IncomingMessage): Signer => {
  const [, accessKeyId = '', service = ''] = CREDENTIAL.exec(headers.authorization ?? '') ?? [];
  return { accessKeyId, service, instanceId: headerText(headers['x-amz-security-token']) ?? '' };
};

/** Reads what the call is. Throws when it is none that the local stack knows. */
export const describeCall = (call: {
  readonly service: string;
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly account: Account;
  readonly hashKeyOf: HashKeyOf;
  readonly streams: Streams;
}): AwsCall => {
  const { service, incoming, body, account } = call;
  const target = headerText(incoming.headers['x-amz-target']);
  const request: AwsRequest = { method: incoming.method ?? '', path: incoming.url ?? '', target, body };
  switch (service) {
    case 'dynamodb':
      if (isStreamCall(target)) return streamCall(request, call.streams);
      return dynamoDbCall(request, account, call.hashKeyOf);
    case 'sqs':
      return sqsCall(request, account);
    case 'sns':
      return snsCall(request);
    case 'ses':
      return sesCall(request, account);
    case 'kms':
      return kmsCall(request);
    case 'events':
      return eventsCall(request, account);
    default:
      throw new Error(`the local stack has no service ${service}`);
  }
};
