import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { ENV } from '../functions/contract.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { jwtAuthorizer } from './auth.ts';
import { Background } from './background.ts';
import { type Bundle, bundleFunction } from './bundle.ts';
import { Delivery, DeliveryQueue } from './delivery.ts';
import type { Environment, House } from './house-function.ts';
import { Table } from './table.ts';
import { Triggers } from './triggers.ts';

export type GatebellStackProps = StackProps & {
  stage: string;
  issuer: string;
  audience: string[];
  /** Claim of the access token that names the caller. */
  userClaim: string;
  /** Claim of the access token that lists the caller's groups. */
  groupsClaim: string;
  administratorsGroup: string;
  /** Hosts beyond Slack's and Teams' that webhooks may go to; `*.example.org` means any host below it. */
  webhookHosts: string[];
  /** One http origin on loopback that webhooks may go to: for the local stack only. */
  localWebhookOrigin?: string;
  logRetentionDays: RetentionDays;
  /** Requests a second, and a burst, that the API takes from all callers together. Default: 200 and 400. */
  throttle?: ThrottleSettings;
  /** Dispatchers at a time. Default: 50. */
  dispatcherConcurrency?: number;
  /** How a function's code is made. Default: esbuild. */
  bundle?: Bundle;
};

const DEFAULT_THROTTLE: ThrottleSettings = { rateLimit: 200, burstLimit: 400 };

/** Everything of one stage of Gatebell; reads in the order of docs/architecture.md, from the middle outwards. */
export class GatebellStack extends Stack {
  constructor(scope: Construct, id: string, props: GatebellStackProps) {
    super(scope, id, props);
    // Who reads the template, the local stack and the tests, knows a function by its construct's path.
    this.node.setContext(PATH_METADATA_ENABLE_CONTEXT, true);
    Tags.of(this).add('app', 'gatebell');
    Tags.of(this).add('stage', props.stage);

    const webhooks: Environment = {
      [ENV.webhookHosts]: props.webhookHosts.join(','),
      ...(props.localWebhookOrigin && { [ENV.localWebhookOrigin]: props.localWebhookOrigin }),
    };
    const caller: Environment = {
      [ENV.userClaim]: props.userClaim,
      [ENV.groupsClaim]: props.groupsClaim,
      [ENV.administratorsGroup]: props.administratorsGroup,
    };

    const table = new Table(this, 'Table');
    const deliveryQueue = new DeliveryQueue(this, 'DeliveryQueue');
    const house: House = {
      bundle: props.bundle ?? bundleFunction,
      logRetention: props.logRetentionDays,
      table,
      deliveries: deliveryQueue.messages,
    };
    const { jobs } = new Background(this, 'Background', { house });
    new Delivery(this, 'Delivery', {
      house,
      queue: deliveryQueue,
      webhooks,
      maxConcurrency: props.dispatcherConcurrency ?? 50,
    });
    const { failures, readers } = new Triggers(this, 'Triggers', { house, jobs });
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { house });
    const api = new Api(this, 'Api', {
      house,
      authorizer: jwtAuthorizer(props),
      caller,
      webhooks,
      throttle: props.throttle ?? DEFAULT_THROTTLE,
    });
    new Alarms(this, 'Alarms', { topic, table, api, readers });

    this.#output({
      ApiUrl: api.url,
      TableName: table.tableName,
      DeliveryQueueUrl: deliveryQueue.messages.queueUrl,
      DeliveryDeadLetterQueueUrl: deliveryQueue.deadLetters.queueUrl,
      JobQueueUrl: jobs.queueUrl,
      StreamFailuresQueueUrl: failures.queueUrl,
      AlarmTopicArn: topic.topicArn,
    });
  }

  #output(outputs: Record<string, string>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
