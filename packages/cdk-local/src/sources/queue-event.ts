import type { SqsMessage } from './sqs-calls.ts';

/**
 * The record of a message in the event that Lambda gives to a function.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 */
export const queueRecord = (message: SqsMessage, queueArn: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes).map(([name, attribute]) => [
      name,
      {
        stringValue: attribute.StringValue,
        binaryValue: attribute.BinaryValue,
        stringListValues: [],
        binaryListValues: [],
        dataType: attribute.DataType,
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: regionOf(queueArn),
});

/**
 * The record as filters see it: `body` parsed when it is JSON. A pattern for a JSON body then drops a plain text, and
 * the reverse, as on AWS.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export const filterableQueueRecord = (record: ReturnType<typeof queueRecord>): unknown => {
  try {
    return { ...record, body: JSON.parse(record.body) };
  } catch {
    return record;
  }
};

/** `arn:partition:service:region:account:…` */
export const regionOf = (arn: string): string => {
  const region = arn.split(':')[3];
  if (region === undefined) throw new Error(`not an ARN: ${arn}`);
  return region;
};
