import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type AsyncInvokerDeps, type AsyncTarget, createAsyncInvoker } from './async-invoke.ts';
import type { EventSource } from './event-source.ts';

/** An `AWS::SNS::Topic` with its subscriptions of protocol `lambda`. */
export type TopicConfig = {
  readonly topicArn: string;
  readonly subscribers: readonly (AsyncTarget & { readonly subscriptionArn: string })[];
};

export type TopicSourceDeps = AsyncInvokerDeps;

const messageSchema = z.object({
  topicArn: z.string().min(1),
  message: z.string().min(1),
  subject: z.string().optional(),
});

type TopicMessage = { readonly topicArn: string; readonly message: string; readonly subject?: string | undefined };

export type TopicSource = EventSource & {
  /** SNS endpoint for `aws sns publish --endpoint-url` and SDKs: the `Publish` action. */
  readonly url: string;
  /** Hands the message to each subscriber, without waiting for them. Returns the message id; undefined for an unknown topic. */
  publish(message: TopicMessage): string | undefined;
};

/**
 * The topics of the stack, and the functions that are subscribed to them. SNS invokes them asynchronously.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export const startTopicSource = async (topics: readonly TopicConfig[], deps: TopicSourceDeps): Promise<TopicSource> => {
  const invoker = createAsyncInvoker(deps);
  const publish = (message: TopicMessage) => {
    const topic = topics.find(({ topicArn }) => topicArn === message.topicArn);
    if (topic === undefined) return undefined;
    const messageId = randomUUID();
    for (const subscriber of topic.subscribers) {
      const Records = [topicRecord({ ...message, messageId }, subscriber.subscriptionArn, deps.now())];
      void invoker.invoke(subscriber, { Records });
    }
    return messageId;
  };
  const server = createServer((request, response) => {
    answer(request, response, publish).catch((error) => {
      deps.log(`SNS endpoint: ${error}`);
      response.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    publish,
    invocationCount: invoker.invocationCount,
    isIdle: async () => invoker.isIdle(),
    async stop() {
      server.close();
      server.closeAllConnections();
      await invoker.stop();
    },
  };
};

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html#sns-sample-event */
const topicRecord = (message: TopicMessage & { readonly messageId: string }, subscriptionArn: string, now: Date) => ({
  EventVersion: '1.0',
  EventSubscriptionArn: subscriptionArn,
  EventSource: 'aws:sns',
  Sns: {
    SignatureVersion: '1',
    Timestamp: now.toISOString(),
    Signature: 'EXAMPLE',
    SigningCertUrl: 'EXAMPLE',
    SigningCertURL: 'EXAMPLE',
    MessageId: message.messageId,
    Message: message.message,
    MessageAttributes: {},
    Type: 'Notification',
    UnsubscribeUrl: 'EXAMPLE',
    UnsubscribeURL: 'EXAMPLE',
    TopicArn: message.topicArn,
    Subject: message.subject ?? null,
  },
});

/** SNS speaks AWS's query protocol: a form in, XML out. */
const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  publish: TopicSource['publish'],
): Promise<void> => {
  const form = new URLSearchParams(await text(request));
  const send = (status: number, xml: string) => response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
  const action = form.get('Action');
  if (action !== 'Publish') return void send(400, errorXml('InvalidAction', 'only Publish is served here'));
  const subject = form.get('Subject');
  const message = messageSchema.safeParse({
    topicArn: form.get('TopicArn'),
    message: form.get('Message'),
    ...(subject === null ? {} : { subject }),
  });
  if (!message.success) return void send(400, errorXml('InvalidParameter', 'TopicArn and Message are needed'));
  const id = publish(message.data);
  if (id === undefined) return void send(404, errorXml('NotFound', 'Topic does not exist'));
  const result = `<PublishResult><MessageId>${id}</MessageId></PublishResult>`;
  send(200, `<PublishResponse xmlns="${NAMESPACE}">${result}</PublishResponse>`);
};

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

const errorXml = (code: string, message: string): string => {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return `<ErrorResponse xmlns="${NAMESPACE}">${error}</ErrorResponse>`;
};
