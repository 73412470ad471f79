import * as z from 'zod/mini';
import { addedHosts, type WebhookPolicy } from './channels/webhook-address.ts';
import { ENV } from './contract.ts';
import type { CallerClaims } from './http/caller.ts';
import { makeRedaction } from './redaction/redaction.ts';

const textSchema = z.string().check(z.minLength(1));

const webhookPolicySchema = z.pipe(
  z.object({
    [ENV.webhookHosts]: z._default(z.string(), ''),
    [ENV.localWebhookOrigin]: z.optional(z.string()),
    [ENV.eventBuses]: z._default(z.string(), ''),
  }),
  z.transform(
    (environment): WebhookPolicy => ({
      extraHosts: environment[ENV.webhookHosts].split(',').filter((host) => host !== ''),
      buses: environment[ENV.eventBuses].split(',').filter((name) => name !== ''),
      localOrigin: environment[ENV.localWebhookOrigin] ?? null,
    }),
  ),
);

const callerClaimsSchema = z.pipe(
  z.object({
    [ENV.userClaim]: textSchema,
    [ENV.userNamesIgnoreCase]: z.enum(['true', 'false']),
    [ENV.groupsClaim]: textSchema,
    [ENV.administratorsGroup]: textSchema,
    [ENV.resourceServer]: z.string(),
  }),
  z.transform(
    (environment): CallerClaims => ({
      userClaim: environment[ENV.userClaim],
      userNamesIgnoreCase: environment[ENV.userNamesIgnoreCase] === 'true',
      groupsClaim: environment[ENV.groupsClaim],
      administratorsGroup: environment[ENV.administratorsGroup],
      resourceServer: environment[ENV.resourceServer],
    }),
  ),
);

const variable = (name: string): string => textSchema.parse(process.env[name], { error: () => `${name} is not set` });

const positive = (name: string): number => z.coerce.number().check(z.positive()).parse(variable(name));

/**
 * The configuration of every function: the table, the queue for exceptions that the table doesn't accept, and the redaction of
 * secrets, which includes the stage's webhook hosts.
 */
export const captureConfig = () => ({
  tableName: variable(ENV.tableName),
  deliveryQueueUrl: variable(ENV.deliveryQueueUrl),
  redaction: makeRedaction(addedHosts(webhookPolicySchema.parse(process.env))),
});

/** The configuration of the function that serves the API's description. */
export const openapiConfig = () => ({ originSecret: variable(ENV.originSecret) });

/** The configuration of API functions. Like the others, throws if a variable is missing. */
export const apiConfig = () => ({
  ...captureConfig(),
  originSecret: variable(ENV.originSecret),
  callerClaims: callerClaimsSchema.parse(process.env),
  webhookPolicy: webhookPolicySchema.parse(process.env),
});

/** The configuration of API functions that encrypt or decrypt webhooks. */
export const webhookSecretsApiConfig = () => ({ ...apiConfig(), webhookKeyArn: variable(ENV.webhookKeyArn) });

export const testNotificationsConfig = () => ({
  ...webhookSecretsApiConfig(),
  mailConfigurationSet: variable(ENV.mailConfigurationSet),
  mailsPerSecond: positive(ENV.mailsPerSecond),
});

export const fanOutConfig = () => ({
  ...captureConfig(),
  metricNamespace: variable(ENV.metricNamespace),
});

export const gateTriggerConfig = () => ({
  ...captureConfig(),
  jobQueueUrl: variable(ENV.jobQueueUrl),
});

export const dispatcherConfig = () => ({
  ...captureConfig(),
  deliveryDeadLetterQueueUrl: variable(ENV.deliveryDeadLetterQueueUrl),
  mailConfigurationSet: variable(ENV.mailConfigurationSet),
  mailsPerSecond: positive(ENV.mailsPerSecond),
  targetIntervals: {
    webhookSeconds: positive(ENV.webhookIntervalSeconds),
    emailSeconds: positive(ENV.emailIntervalSeconds),
  },
  metricNamespace: variable(ENV.metricNamespace),
  webhookKeyArn: variable(ENV.webhookKeyArn),
  webhookPolicy: webhookPolicySchema.parse(process.env),
});

export const mailFeedbackConfig = () => ({
  ...captureConfig(),
  deliveryDeadLetterQueueUrl: variable(ENV.deliveryDeadLetterQueueUrl),
});

export const backgroundConfig = () => ({
  ...captureConfig(),
  jobQueueUrl: variable(ENV.jobQueueUrl),
});
