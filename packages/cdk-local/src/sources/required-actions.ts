/**
 * What the role of a function must allow for Lambda to read its event sources; creating the mapping fails without it.
 * The local sources call the engines themselves, so their starter checks the role against this table.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html#events-dynamodb-permissions
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
export const requiredActions = {
  /** On the stream's ARN. */
  stream: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
  /** On `*`, or on the table's streams. */
  streamList: ['dynamodb:ListStreams'],
  /** On the queue's ARN. */
  queue: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  /** On the ARN of the queue that takes the discarded records or events. */
  failureQueue: ['sqs:SendMessage'],
} as const;
