/** The schema of `gatebell.config.ts`. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { closest, keysAt } from './known-keys.ts';
import { loginSchema } from './login-configuration.ts';
import { refuseSharedSender } from './refuse-shared-sender.ts';

/** A DNS name of two labels or more, in lower case, without scheme, port or path; no IP address, as its last label has a letter. */
const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

const hostNameSchema = z.string().regex(HOST, 'Must be a host name in lower case, such as chat.example.org');

const webhookHostSchema = z.string().refine((host) => HOST.test(host.replace(/^\*\./, '')), {
  error: 'Must be a host name in lower case, such as chat.example.org or *.example.org; no scheme, port, or path',
});

const hostedZoneSchema = z.strictObject({
  id: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/, 'Must be the id of a hosted zone in Route 53, such as Z0123456789ABCDEFGHIJ'),
  name: hostNameSchema,
});

const domainSchema = z
  .strictObject({
    /** The host name of the page and the API. */
    name: hostNameSchema,
    /** CloudFront requires a certificate in us-east-1. */
    certificateArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
        'Must be the ARN of an ACM certificate in us-east-1; CloudFront requires that region',
      )
      .optional(),
    /** The stack adds its records. Without `certificateArn`, a second stack in us-east-1 has a certificate issued. */
    hostedZone: hostedZoneSchema.optional(),
  })
  .refine(({ certificateArn, hostedZone }) => certificateArn !== undefined || hostedZone !== undefined, {
    error: 'Must have a certificateArn, or a hostedZone in which the certificate can be validated',
    path: ['certificateArn'],
  })
  .refine(({ name, hostedZone }) => hostedZone === undefined || `.${name}`.endsWith(`.${hostedZone.name}`), {
    error: 'Must be the hosted zone of the name',
    path: ['hostedZone', 'name'],
  });

const senderSchema = z.union(
  [
    z.strictObject({ domain: hostNameSchema }),
    z.strictObject({ address: z.email({ error: 'Must be an email address' }) }),
  ],
  { error: 'Must be { domain: "example.org" } or { address: "gatebell@example.org" }' },
);

/** Concurrent executions of an account that no function can reserve. */
const UNRESERVED = 100;

const intervalSecondsSchema = z
  .number()
  .min(0.1, 'Must be at least 0.1 seconds')
  .max(3_600, 'Must be at most an hour: 3600 seconds');

const stageSchema = z.strictObject({
  /** Both or neither. Default: the account and region of the credentials. */
  account: z
    .string()
    .regex(/^\d{12}$/, 'Must be an account id: a string of 12 digits')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'Must be a region, such as eu-central-1')
    .optional(),
  login: loginSchema,
  /** Hosts beyond the channels' own that webhooks may go to; `*.example.org` means any host below it. */
  webhookHosts: z.array(webhookHostSchema).default([]),
  /** Event buses of the account, by name, that products and the settings may send events to. */
  eventBuses: z
    .array(z.string().regex(/^[\w./-]{1,256}$/, 'Must be the name of an event bus: letters, digits, and . / - _'))
    .default([]),
  /** Receives the stack's own alarms directly from SNS, because Gatebell itself may be broken. */
  alarmEmail: z.email({ error: 'Must be an email address' }).optional(),
  logRetentionDays: z
    .enum(RetentionDays, {
      error: 'Must be a retention in days that CloudWatch Logs supports: 1, 3, 5, 7, 14, 30, 60, 90, 180, 365 …',
    })
    .default(RetentionDays.THREE_MONTHS),
  /**
   * A restored table that the stage uses instead of the stack's own, by the ARN of its stream, as `npm run restore` prints it.
   * The stack neither manages nor removes it.
   */
  restoredTableStream: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]{3,255}\/stream\/[\w:.-]+$/,
      'Must be the ARN of a stream of DynamoDB, arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL',
    )
    .optional(),
  /** Whether table, users, and files are retained when the stack is deleted. */
  keepDataOnRemoval: z.boolean().default(true),
  /**
   * Concurrent executions that are reserved for the functions that callers and topics can flood. Each gets a fixed share, which
   * is also its limit (lib/concurrency.ts). Default: none, because AWS keeps 100 unreserved and new accounts may have only 10.
   */
  reservedConcurrency: z.int().min(20, { error: 'Must be at least 20, so that each function gets a share' }).optional(),
  /**
   * The account's limit of concurrent executions in the region (Service Quotas, Lambda). What sources and callers may start at
   * once follows from it (lib/concurrency.ts, lib/throttles.ts).
   */
  accountConcurrency: z.int().min(10, { error: 'Must be at least 10, the least that an account has' }).default(1000),
  /** Maximum concurrent dispatchers. Default: a fifth of the account's concurrency, 50 at most. */
  dispatcherConcurrency: z
    .int()
    .min(2, { error: 'Must be 2–1000, the range that Lambda supports' })
    .max(1000, { error: 'Must be 2–1000, the range that Lambda supports' })
    .optional(),
  /** Default: a CloudFront domain name. */
  domain: domainSchema.optional(),
  /** A web ACL for the distribution, and so for the page and the API. Default: none. */
  webAclArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/,
      'Must be the ARN of a web ACL for CloudFront, arn:aws:wafv2:us-east-1:ACCOUNT:global/webacl/NAME/ID',
    )
    .optional(),
  /** Another number replaces the secret by which the API knows the distribution. */
  originSecretVersion: z.int().min(1).default(1),
  /**
   * An identity that the stack creates, and SES verifies, for `email_from`. Leave it out if the account has it in this region, verified
   * or not: CloudFormation can't create it again, and the deployment would fail.
   */
  sender: senderSchema.optional(),
  /**
   * Emails a second: the account's maximum send rate in the region (SES console, "Account dashboard"), or less if others send
   * as well. 1 in the sandbox; usually 14 outside it.
   */
  mailsPerSecond: z
    .number()
    .min(0.1, 'Must be at least 0.1 emails a second')
    .max(1_000, 'Must be at most 1,000 emails a second')
    .default(14),
  /**
   * Seconds between two messages to a webhook, and between two emails to an address. What happens in the meantime is sent
   * together; after a pause, two messages go at once.
   */
  targetIntervals: z
    .strictObject({
      webhookSeconds: intervalSecondsSchema.default(10),
      emailSeconds: intervalSecondsSchema.default(60),
    })
    .prefault({}),
});

export type TargetIntervals = { readonly webhookSeconds: number; readonly emailSeconds: number };

const stage = stageSchema
  .refine(({ account, region }) => (account === undefined) === (region === undefined), {
    error: 'Set both account and region, or neither',
    path: ['region'],
  })
  .refine(
    ({ domain, region }) =>
      domain?.hostedZone === undefined || domain.certificateArn !== undefined || region !== undefined,
    {
      error: 'Set account and region of the stage, or a certificateArn: the certificate is issued in us-east-1',
      path: ['domain', 'hostedZone'],
    },
  )
  .refine(
    ({ reservedConcurrency = 0, accountConcurrency }) =>
      reservedConcurrency === 0 || reservedConcurrency <= accountConcurrency - UNRESERVED,
    {
      error: `Must leave ${UNRESERVED} of accountConcurrency, which AWS keeps unreserved`,
      path: ['reservedConcurrency'],
    },
  );

const stageNameSchema = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
    'Must be 1–20 lower-case letters, digits, or inner hyphens, and start with a letter',
  );

export const configurationSchema = z.strictObject({
  stages: z
    .record(stageNameSchema, stage)
    .refine((stages) => Object.keys(stages).length > 0, 'Must have at least one stage')
    .check(refuseSharedSender),
});

/** As written, without defaults. */
export type Configuration = z.input<typeof configurationSchema>;
/** With defaults. */
export type StageConfiguration = z.output<typeof stage>;
export type DomainConfiguration = z.output<typeof domainSchema>;
export type SenderConfiguration = z.output<typeof senderSchema>;

/** `['stages', 'prod', 'webhookHosts', 0]` → `stages.prod.webhookHosts[0]`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');

/** `"alarmMail" isn't a key. Did you mean "alarmEmail"?` */
const describeKey = (key: string, path: readonly PropertyKey[]): string => {
  const meant = closest(key, keysAt(configurationSchema, path));
  return `"${key}" isn't a key.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`;
};

/** An invalid key of a record has its own reason. */
const reasonOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'Is missing';
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => describeKey(key, issue.path)).join(' ');
  return issue.message;
};

/** One line for an issue. */
const describeIssue = (issue: z.core.$ZodIssue): string => {
  const reason = reasonOf(issue);
  return `  ${pathText(issue.path) || 'The configuration'}: ${reason}`;
};

/**
 * Checks a configuration and fills in its defaults.
 *
 * @param source the file's name, for error messages
 * @throws an error that lists every invalid key with the reason
 */
export const readConfiguration = (input: unknown, source: string): Readonly<Record<string, StageConfiguration>> => {
  const parsed = configurationSchema.safeParse(input);
  if (parsed.success) return parsed.data.stages;
  throw new Error(`${source} can't be used:\n${parsed.error.issues.map(describeIssue).join('\n')}`);
};
