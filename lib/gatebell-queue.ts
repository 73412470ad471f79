import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IDestination, type IEventSourceDlq, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** A queue that keeps its messages as long as SQS can, encrypted at rest and open to TLS only. */
export class GatebellQueue extends Queue {
  constructor(scope: Construct, id: string, props: Pick<QueueProps, 'visibilityTimeout' | 'deadLetterQueue'> = {}) {
    super(scope, id, {
      ...props,
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }

  /** Sending only; CDK's own grant adds reading the queue's attributes and URL, which our functions have already. */
  grantSend(grantee: IGrantable): void {
    this.#allow(grantee, ['SendMessage']);
  }

  /** What an event source mapping needs of the role of the function that it calls. */
  grantPoll(grantee: IGrantable): void {
    this.#allow(grantee, ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']);
  }

  /** Lets a consumer say when it wants a message again. */
  grantReschedule(grantee: IGrantable): void {
    this.#allow(grantee, ['ChangeMessageVisibility']);
  }

  /** Takes what a function's stream mapping, or its asynchronous invocation, gave up. */
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

/** Who is told that something arrived in a last stop: what it means, and what to do first. */
export type Advice = { impact: string; firstStep: string };

const IS_ONE_ITSELF =
  'It is a dead-letter queue or a failure destination itself; people read it, and nothing consumes it.';

/** Where ends what nobody could do. Nothing consumes it, so each has an alarm. */
export class DeadLetterQueue extends GatebellQueue {
  readonly advice: Advice;

  constructor(scope: Construct, id: string, advice: Advice) {
    super(scope, id);
    this.advice = advice;
    acknowledge(this, { 'AwsSolutions-SQS3': IS_ONE_ITSELF, 'Serverless-SQSRedrivePolicy': IS_ONE_ITSELF });
  }
}

export type WorkQueueProps = {
  /** Of its dead letters. */
  advice: Advice;
  /** Of the function that consumes it. */
  consumerTimeout: Duration;
  /** Receipts, not failures: what a consumer reschedules counts, too. */
  maxReceiveCount: number;
};

/** A queue that feeds a function, with the dead-letter queue for what that function can't do. */
export class WorkQueue extends Construct {
  readonly messages: GatebellQueue;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props.advice);
    this.messages = new GatebellQueue(this, 'Messages', {
      // Six timeouts, as Lambda advises: a message must stay hidden while its batch waits for a free instance.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
  }

  /** Calls the function for what arrives, at once, and takes partial answers. */
  feed(target: IFunction, props: { batchSize: number; maxConcurrency: number }): void {
    this.messages.grantPoll(target);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target,
      eventSourceArn: this.messages.queueArn,
      reportBatchItemFailures: true,
      ...props,
    });
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'Lambda has none for queues: what fails again and again goes to the dead-letter queue of the queue itself.',
    });
  }
}
