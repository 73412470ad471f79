/**
 * The errors that the AWS proxy answers with itself, in each service's wire format.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 * https://docs.aws.amazon.com/ses/latest/DeveloperGuide/using-ses-api-error-codes.html (v1: XML)
 */
import { randomUUID } from 'node:crypto';
import type { Service } from './aws-call.ts';

export type Answer = { status: number; headers: Record<string, string>; body: string };

/** What refuses a call: a test, no policy of the role, or none of what the call is about. */
export type Denier = 'test' | 'role' | 'resource';

const jsonError = (status: number, type: string, message: string, queryError?: string): Answer => ({
  status,
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amzn-requestid': randomUUID(),
    // SQS was a query service once; SDKs still read the old code from here.
    ...(queryError === undefined ? {} : { 'x-amzn-query-error': queryError }),
  },
  body: JSON.stringify({ __type: type, message }),
});

const xmlEscape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const xmlError = (status: number, code: string, message: string, namespace: string): Answer => {
  const requestId = randomUUID();
  const type = status >= 500 ? 'Receiver' : 'Sender';
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${xmlEscape(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
};

const SES = 'http://ses.amazonaws.com/doc/2010-12-01/';
const SNS = 'http://sns.amazonaws.com/doc/2010-03-31/';
const DYNAMODB = 'com.amazonaws.dynamodb.v20120810';

const DENIED: Readonly<Record<Service, (message: string) => Answer>> = {
  dynamodb: (message) => jsonError(400, 'com.amazon.coral.service#AccessDeniedException', message),
  sqs: (message) => jsonError(403, 'com.amazon.coral.service#AccessDeniedException', message, 'AccessDenied;Sender'),
  ses: (message) => xmlError(403, 'AccessDenied', message, SES),
  sns: (message) => xmlError(403, 'AuthorizationError', message, SNS),
  kms: (message) => jsonError(400, 'AccessDeniedException', message),
  events: (message) => jsonError(400, 'AccessDeniedException', message),
};

const THROTTLED: Readonly<Record<Service, () => Answer>> = {
  dynamodb: () =>
    jsonError(
      400,
      `${DYNAMODB}#ThrottlingException`,
      'Throughput exceeds the current capacity of your table or index.',
    ),
  sqs: () => jsonError(400, 'com.amazonaws.sqs#RequestThrottled', 'Request is throttled.', 'RequestThrottled;Sender'),
  ses: () => xmlError(400, 'Throttling', 'Maximum sending rate exceeded.', SES),
  sns: () => xmlError(400, 'Throttled', 'Rate exceeded', SNS),
  kms: () => jsonError(400, 'ThrottlingException', 'Rate exceeded'),
  events: () => jsonError(400, 'ThrottlingException', 'Rate exceeded'),
};

const FAILED: Readonly<Record<Service, () => Answer>> = {
  dynamodb: () => jsonError(500, `${DYNAMODB}#InternalServerError`, 'Internal server error'),
  sqs: () => jsonError(500, 'com.amazonaws.sqs#InternalFailure', 'Internal failure', 'InternalFailure;Receiver'),
  ses: () => xmlError(500, 'InternalFailure', 'Internal failure', SES),
  sns: () => xmlError(500, 'InternalError', 'Internal error', SNS),
  kms: () => jsonError(500, 'KMSInternalException', 'Internal error'),
  events: () => jsonError(500, 'InternalException', 'Internal error'),
};

/** The text of IAM's answer. SES quotes the names. */
export const denied = (
  service: Service,
  denial: { readonly user: string; readonly action: string; readonly resource: string; readonly by: Denier },
): Answer => {
  const { user, action, resource, by } = denial;
  const reasons = {
    test: 'of an explicit denial set by a test',
    role: `no identity-based policy allows the ${action} action`,
    resource: `no resource-based policy allows the ${action} action`,
  };
  const message =
    service === 'ses'
      ? `User \`${user}' is not authorized to perform \`${action}' on resource \`${resource}'`
      : `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because ${reasons[by]}`;
  return DENIED[service](message);
};

/** Of DynamoDB Streams, for records that have left the stream. */
export const trimmed = (): Answer =>
  jsonError(400, `${DYNAMODB}#TrimmedDataAccessException`, 'The records are past the trim horizon of the stream.');

export const throttled = (service: Service): Answer => THROTTLED[service]();
export const failed = (service: Service): Answer => FAILED[service]();

/** For calls that the AWS proxy can't place: an unknown caller, a service that the local stack doesn't have. */
export const unknownCall = (message: string): Answer =>
  jsonError(403, 'com.amazon.coral.service#UnrecognizedClientException', message);
