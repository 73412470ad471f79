import { z } from 'zod';
import { callAwsJson } from '../engines/aws-json.ts';

const attributeSchema = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), attributeSchema).default({}),
});

/** A message as SQS hands it out. */
export type SqsMessage = z.output<typeof messageSchema>;

/** The calls of SQS that the sources make, to one queue. */
export type QueueCalls = {
  receive(request: { readonly count: number; readonly waitSeconds: number }): Promise<readonly SqsMessage[]>;
  delete(messages: readonly SqsMessage[]): Promise<void>;
  send(body: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  depth(): Promise<{ readonly visible: number; readonly delayed: number; readonly invisible: number }>;
};

const receivedSchema = z.object({ Messages: z.array(messageSchema).default([]) });
const deletedSchema = z.object({ Failed: z.array(z.object({ Id: z.string(), Code: z.string() })).default([]) });
const countSchema = z.coerce.number().int();
const depthSchema = z.object({
  Attributes: z.object({
    ApproximateNumberOfMessages: countSchema,
    ApproximateNumberOfMessagesDelayed: countSchema,
    ApproximateNumberOfMessagesNotVisible: countSchema,
  }),
});

/** SQS takes ten messages a call. */
export const MESSAGES_PER_CALL = 10;

export const callQueue = (sqsUrl: string, queueUrl: string): QueueCalls => {
  const call = <T extends z.ZodType>(action: string, body: object, answer: T) =>
    callAwsJson({ url: sqsUrl, target: `AmazonSQS.${action}`, body: { QueueUrl: queueUrl, ...body }, answer });
  return {
    async receive(request) {
      const names = { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] };
      const limits = { MaxNumberOfMessages: request.count, WaitTimeSeconds: request.waitSeconds };
      return (await call('ReceiveMessage', { ...names, ...limits }, receivedSchema)).Messages;
    },
    async delete(messages) {
      for (let start = 0; start < messages.length; start += MESSAGES_PER_CALL) {
        const some = messages.slice(start, start + MESSAGES_PER_CALL);
        const Entries = some.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
        const { Failed } = await call('DeleteMessageBatch', { Entries }, deletedSchema);
        if (Failed.length > 0) throw new Error(`SQS did not delete ${Failed.length} messages: ${Failed[0]?.Code}`);
      }
    },
    async send(body, attributes = {}) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      );
      await call('SendMessage', { MessageBody: body, MessageAttributes }, z.object({}));
    },
    async depth() {
      const { Attributes } = await call('GetQueueAttributes', { AttributeNames: ['All'] }, depthSchema);
      return {
        visible: Attributes.ApproximateNumberOfMessages,
        delayed: Attributes.ApproximateNumberOfMessagesDelayed,
        invisible: Attributes.ApproximateNumberOfMessagesNotVisible,
      };
    },
  };
};
