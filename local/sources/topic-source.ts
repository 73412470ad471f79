import type { AsyncTarget } from './async-invoke.ts';
import type { EventSource, SourceDeps } from './event-source.ts';

/** An `AWS::SNS::Topic` with its subscriptions of protocol `lambda`. */
export type TopicConfig = {
  readonly topicArn: string;
  readonly subscribers: readonly (AsyncTarget & { readonly subscriptionArn: string })[];
};

export type TopicSourceDeps = SourceDeps & { readonly sqsUrl: string };

export type TopicSource = EventSource & {
  /** SNS endpoint for `aws sns publish --endpoint-url` and SDKs: the `Publish` action. */
  readonly url: string;
  /** Hands the message to each subscriber, without waiting for them; returns the message id. Throws for an unknown topic. */
  publish(message: { readonly topicArn: string; readonly message: string; readonly subject?: string }): string;
};

export declare function startTopicSource(topics: readonly TopicConfig[], deps: TopicSourceDeps): Promise<TopicSource>;
