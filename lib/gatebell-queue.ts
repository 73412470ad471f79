import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IDestination, type IEventSourceDlq, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** A queue with the longest retention, encrypted at rest, that accepts only TLS. */
export class GatebellQueue extends Queue {
  constructor(scope: Construct, id: string, props: Pick<QueueProps, 'visibilityTimeout' | 'deadLetterQueue'> = {}) {
    super(scope, id, {
      ...props,
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }

  /** Grants only sending. CDK's grant adds reading the queue's attributes and URL, which our functions don't need. */
  grantSend(grantee: IGrantable): void {
    this.#allow(grantee, ['SendMessage']);
  }

  /** Grants what an event source mapping needs. */
  grantPoll(grantee: IGrantable): void {
    this.#allow(grantee, ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']);
  }

  /** Receives records and events that Lambda gave up on. */
  asFailureDestination(): IEventSourceDlq & IDestination {
    return {
      bind: (_, target: IFunction) => {
        this.grantSend(target);
        return { destination: this.queueArn };
      },
    };
  }

  #allow(grantee: IGrantable, actions: string[]): void {
    Grant.addToPrincipal({ grantee, actions: actions.map((action) => `sqs:${action}`), resourceArns: [this.queueArn] });
  }
}

/** The description of a dead-letter queue's alarm. */
export type Advice = { impact: string; firstStep: string };

const IS_ONE_ITSELF = 'This is a dead-letter queue or failure destination itself. People read it; nothing consumes it.';

/** A dead-letter queue. Nothing consumes it, so it has an alarm. */
export class DeadLetterQueue extends GatebellQueue {
  readonly advice: Advice;

  constructor(scope: Construct, id: string, advice: Advice) {
    super(scope, id);
    this.advice = advice;
    acknowledge(this, { 'AwsSolutions-SQS3': IS_ONE_ITSELF, 'Serverless-SQSRedrivePolicy': IS_ONE_ITSELF });
  }
}

export type WorkQueueProps = {
  /** For its dead-letter queue. */
  advice: Advice;
  /** Timeout of the consuming function. */
  consumerTimeout: Duration;
  /** Counts every receive. */
  maxReceiveCount: number;
  /** Older messages mean that nothing consumes the queue. SQS doesn't count those that were received three times. */
  oldestMessage: Duration;
  /** What doesn't work when nothing consumes the queue. */
  stalledImpact: string;
};

/** A queue that triggers a function, with a dead-letter queue. */
export class WorkQueue extends Construct {
  readonly messages: GatebellQueue;
  readonly deadLetters: DeadLetterQueue;
  readonly oldestMessage: Duration;
  readonly stalledImpact: string;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.oldestMessage = props.oldestMessage;
    this.stalledImpact = props.stalledImpact;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props.advice);
    this.messages = new GatebellQueue(this, 'Messages', {
      // Six timeouts, as Lambda recommends: a batch may wait for a free instance.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
  }

  /**
   * Triggers the function without a batching window, with partial batch responses. `maxConcurrency` costs polling: with it, Lambda
   * asks an idle queue with five pollers instead of two.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  feed(target: IFunction, props: { batchSize: number; maxConcurrency?: number }): void {
    this.messages.grantPoll(target);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target,
      eventSourceArn: this.messages.queueArn,
      reportBatchItemFailures: true,
      ...props,
    });
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'Lambda has no failure destination for queues. Messages that fail repeatedly go to the dead-letter queue.',
    });
  }
}
