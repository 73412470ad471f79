import { ENV } from '../core/contract.ts';
import { ORIGIN_SECRET } from '../test/api-call.ts';

/** ARN of the key that encrypts webhooks. */
export const WEBHOOK_KEY_ARN = 'arn:aws:kms:eu-central-1:000000000000:key/bench';

/** What Lambda and the template give a function, with AWS at one endpoint, or its queues at another; and nothing of this machine's. */
export const lambdaEnvironment = (
  endpoint: string,
  {
    tableName = 'table',
    queues = endpoint,
    localWebhookOrigin,
  }: { tableName?: string; queues?: string; localWebhookOrigin?: string } = {},
): Record<string, string> => ({
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SESSION_TOKEN: 'bench',
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_SQS: queues,
  [ENV.tableName]: tableName,
  [ENV.deliveryQueueUrl]: `${queues}/1/deliveries`,
  [ENV.deliveryDeadLetterQueueUrl]: `${queues}/1/dead-letters`,
  [ENV.jobQueueUrl]: `${queues}/1/jobs`,
  [ENV.metricNamespace]: 'Gatebell/bench',
  [ENV.mailConfigurationSet]: 'bench',
  [ENV.webhookKeyArn]: WEBHOOK_KEY_ARN,
  [ENV.mailsPerSecond]: '14',
  [ENV.webhookIntervalSeconds]: '10',
  [ENV.emailIntervalSeconds]: '60',
  [ENV.userClaim]: 'sub',
  [ENV.userNamesIgnoreCase]: 'true',
  [ENV.groupsClaim]: 'groups',
  [ENV.administratorsGroup]: 'administrators',
  [ENV.resourceServer]: '',
  [ENV.originSecret]: ORIGIN_SECRET,
  ...(localWebhookOrigin !== undefined && { [ENV.localWebhookOrigin]: localWebhookOrigin }),
});
