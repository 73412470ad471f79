/**
 * Which IAM actions the calls to SQS, SNS, SES, KMS and EventBridge need, and on what.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import { z } from 'zod';
import type { Account, AwsCall, AwsRequest } from './aws-call.ts';
import type { Requirement } from './policy.ts';

const queueBodySchema = z.object({
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SourceArn: z.string().optional(),
  DestinationArn: z.string().optional(),
  Entries: z.array(z.object({ MessageBody: z.string().optional() })).default([]),
});

/** Batch calls need the permission of the single call, and the move of a dead-letter queue that of what it does. */
export const sqsCall = (request: AwsRequest, { region, accountId }: Account): AwsCall => {
  const operation = request.target?.split('.')[1] ?? '';
  const body = queueBodySchema.parse(JSON.parse(request.body.toString() || '{}'));
  const name = body.QueueUrl?.split('/').at(-1) ?? body.QueueName ?? '*';
  const on = body.SourceArn ?? `arn:aws:sqs:${region}:${accountId}:${name}`;
  const need = (action: string, resource: string): Requirement => ({ action: `sqs:${action}`, resources: [resource] });
  const requirements = [need(operation.replace(/Batch$/, ''), on)];
  if (operation === 'StartMessageMoveTask') {
    requirements.push(...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => need(action, on)));
    if (body.DestinationArn !== undefined) requirements.push(need('SendMessage', body.DestinationArn));
  }
  const messages = body.Entries.flatMap(({ MessageBody }) => MessageBody ?? []);
  return { service: 'sqs', operation, requirements, itemsWritten: 0, ...(messages.length > 0 && { messages }) };
};

export const snsCall = (request: AwsRequest): AwsCall => {
  const form = new URLSearchParams(request.body.toString());
  const operation = form.get('Action') ?? '';
  const resource = form.get('TopicArn') ?? form.get('TargetArn') ?? '*';
  return {
    service: 'sns',
    operation,
    requirements: [{ action: `sns:${operation.replace(/Batch$/, '')}`, resources: [resource] }],
    itemsWritten: 0,
  };
};

/** The bare address of `Name <address>`. */
const addressOf = (from: string): string => (/<([^>]+)>\s*$/.exec(from)?.[1] ?? from).trim();

/**
 * SES also wants the permission on the configuration set: the one that a call names, else the identity's default. Every
 * identity here has a default, as it may have in any account.
 * https://docs.aws.amazon.com/ses/latest/dg/managing-configuration-sets-default-adding.html
 */
const DEFAULT_SET = 'default-of-the-identity';

const sendEmail = (mail: {
  readonly from: string;
  readonly actions: readonly string[];
  readonly configurationSet: string | undefined;
  readonly account: Account;
}): readonly Requirement[] => {
  const { region, accountId } = mail.account;
  const arn = (kind: string, name: string) => `arn:aws:ses:${region}:${accountId}:${kind}/${name}`;
  const address = addressOf(mail.from);
  const domain = address.split('@').at(-1) ?? address;
  // A permission counts on the identity that is verified: the address itself or its domain. Which of them is verified is unknown here.
  const identities = [arn('identity', address), arn('identity', domain)];
  const set = arn('configuration-set', mail.configurationSet ?? DEFAULT_SET);
  return mail.actions.flatMap((action) => {
    const sender = { action, resources: identities, context: { 'ses:FromAddress': [address] } };
    return [sender, { ...sender, resources: [set] }];
  });
};

const senderOfRawMessage = (base64: string | null): string =>
  /^from:\s*(.+)$/im.exec(Buffer.from(base64 ?? '', 'base64').toString())?.[1] ?? '';

const sentV2Schema = z.object({
  FromEmailAddress: z.string().default(''),
  ConfigurationSetName: z.string().optional(),
  Content: z.object({ Raw: z.unknown().optional() }).default({}),
});

export const sesCall = (request: AwsRequest, account: Account): AwsCall => {
  if (request.path.startsWith('/v2/')) return sesV2Call(request, account);
  const form = new URLSearchParams(request.body.toString());
  const operation = form.get('Action') ?? '';
  if (operation !== 'SendEmail' && operation !== 'SendRawEmail') {
    return {
      service: 'ses',
      operation,
      requirements: [{ action: `ses:${operation}`, resources: ['*'] }],
      itemsWritten: 0,
    };
  }
  const from = form.get('Source') ?? senderOfRawMessage(form.get('RawMessage.Data'));
  const configurationSet = form.get('ConfigurationSetName') ?? undefined;
  const requirements = sendEmail({ from, actions: [`ses:${operation}`], configurationSet, account });
  return { service: 'ses', operation, requirements, itemsWritten: 0 };
};

const sesV2Call = (request: AwsRequest, account: Account): AwsCall => {
  const path = request.path.split('?')[0] ?? '';
  if (request.method !== 'POST' || path !== '/v2/email/outbound-emails')
    throw new Error(`the AWS proxy knows no ${request.method} ${path}`);
  const body = sentV2Schema.parse(JSON.parse(request.body.toString() || '{}'));
  const actions = body.Content.Raw === undefined ? ['ses:SendEmail'] : ['ses:SendRawEmail'];
  const requirements = sendEmail({
    from: body.FromEmailAddress,
    actions,
    configurationSet: body.ConfigurationSetName,
    account,
  });
  return { service: 'ses', operation: 'SendEmail', requirements, itemsWritten: 0 };
};

const keyBodySchema = z.object({ KeyId: z.string().startsWith('arn:') });

/** Each call names its key by its ARN, Decrypt too, where KMS itself would take the key from the ciphertext. */
export const kmsCall = (request: AwsRequest): AwsCall => {
  const operation = request.target?.split('.')[1] ?? '';
  const { KeyId } = keyBodySchema.parse(JSON.parse(request.body.toString()));
  return {
    service: 'kms',
    operation,
    requirements: [{ action: `kms:${operation}`, resources: [KeyId] }],
    itemsWritten: 0,
  };
};

const eventsBodySchema = z.object({ Entries: z.array(z.object({ EventBusName: z.string().default('default') })) });

/** The permission counts on each bus that an entry names. */
export const eventsCall = (request: AwsRequest, { region, accountId }: Account): AwsCall => {
  const operation = request.target?.split('.')[1] ?? '';
  const { Entries } = eventsBodySchema.parse(JSON.parse(request.body.toString()));
  const arnOf = (bus: string) => `arn:aws:events:${region}:${accountId}:event-bus/${bus}`;
  const requirements = [...new Set(Entries.map(({ EventBusName }) => arnOf(EventBusName)))].map((arn) => ({
    action: `events:${operation}`,
    resources: [arn],
  }));
  return { service: 'events', operation, requirements, itemsWritten: 0 };
};
