/** The schema of `gatebell.config.ts`. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';

/** A DNS name of two labels or more, in lower case, without scheme, port or path; no IP address, as its last label has a letter. */
const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

const hostNameSchema = z.string().regex(HOST, 'Must be a host name in lower case, such as chat.example.org');

const webhookHostSchema = z.string().refine((host) => HOST.test(host.replace(/^\*\./, '')), {
  error: 'Must be a host name in lower case, such as chat.example.org or *.example.org; no scheme, port, or path',
});

/** Only origin and path: the value is public in the template and in the page. */
const isPlainUrl = (text: string): boolean => {
  const { username, password, href } = new URL(text);
  return username === '' && password === '' && !/[?#]/.test(href);
};

const httpsUrlSchema = z
  .url({ protocol: /^https$/, error: 'Must be a URL that starts with https://', abort: true })
  .refine(isPlainUrl, 'Must be a URL without user, password, query, and fragment');

const domainSchema = z.strictObject({
  /** The host name of the page and the API. */
  name: hostNameSchema,
  /** CloudFront requires a certificate in us-east-1. */
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
      'Must be the ARN of an ACM certificate in us-east-1; CloudFront requires that region',
    ),
});

const senderSchema = z.union(
  [
    z.strictObject({ domain: hostNameSchema }),
    z.strictObject({ address: z.email({ error: 'Must be an email address' }) }),
  ],
  { error: 'Must be { domain: "example.org" } or { address: "gatebell@example.org" }' },
);

const groupNameSchema = z
  .string()
  .regex(/^[\w.@:/+-]{1,128}$/, 'Must be 1–128 letters, digits, or . @ : / + - _, without spaces');

/** A user pool that the stack creates. */
const cognitoSchema = z.strictObject({
  kind: z.literal('cognito'),
  administratorsGroup: groupNameSchema.default('gatebell-administrators'),
  /**
   * Prefix of the login pages, `<domainPrefix>.auth.<region>.amazoncognito.com`: unique in its region among all AWS
   * customers. Default: derived from the stage and the stack's id.
   */
  domainPrefix: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'Must be 1–63 lower-case letters, digits, or inner hyphens')
    .refine((prefix) => !/aws|amazon|cognito/.test(prefix), 'Must not contain aws, amazon, or cognito')
    .optional(),
  /** Applications that call the API: one client with a secret for each name. */
  machines: z
    .record(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9-]{0,31}$/,
          'Must be 1–32 lower-case letters, digits, or hyphens, and start with a letter',
        ),
      z.strictObject({
        /** Whether it may report exceptions. Its role in a product determines the rest. */
        reportsExceptions: z.boolean(),
      }),
    )
    .default({ ci: { reportsExceptions: false } }),
});

/** An existing OpenID provider. */
const openIdSchema = z.strictObject({
  kind: z.literal('openid'),
  /** The `iss` claim of its tokens, and the base URL of its discovery document. */
  issuer: httpsUrlSchema,
  /** Accepted audiences. A token without one must have one of these client ids. */
  audience: z.array(z.string().min(1)).min(1, 'Must name at least one audience'),
  /** Claim of the access token that names the caller. */
  userClaim: z.string().min(1).default('sub'),
  /** Whether `Olivia` and `olivia` are the same user at the provider. */
  userNamesIgnoreCase: z.boolean().default(false),
  /** Claim of the access token that lists the caller's groups. */
  groupsClaim: z.string().min(1).default('groups'),
  administratorsGroup: z
    .string()
    .regex(/^[\w.@:/+-]+( [\w.@:/+-]+)*$/, 'Must be letters, digits, or . @ : / + - _, separated by single spaces')
    .max(128),
  /** Prefix of the API's scopes: `api://gatebell` if a token's scope is `api://gatebell/exceptions`. */
  resourceServer: z
    .string()
    .regex(/^([^\s/]([^\s]*[^\s/])?)?$/, 'Must have no spaces, and no slash at either end')
    .default(''),
  /** The page's public client, with PKCE and without a secret. */
  pageClientId: z.string().min(1),
  pageScopes: z.array(z.string().min(1)).default(['openid']),
  /** Additional parameters of the authorization request, such as Auth0's `audience`. */
  authorizationParameters: z.record(z.string(), z.string()).default({}),
  /** Origins other than the issuer's that the page calls to sign in, such as that of the token endpoint. */
  origins: z.array(httpsUrlSchema).default([]),
});

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
  login: z.discriminatedUnion('kind', [cognitoSchema, openIdSchema], {
    error: 'Must have the kind "cognito" or "openid"',
  }),
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
  /** Maximum concurrent dispatchers. They use unreserved concurrency: set 5 if the account has 10. */
  dispatcherConcurrency: z
    .int()
    .min(2, { error: 'Must be 2–1000, the range that Lambda supports' })
    .max(1000, { error: 'Must be 2–1000, the range that Lambda supports' })
    .default(50),
  /** Default: a CloudFront domain name. */
  domain: domainSchema.optional(),
  /** The identity that SES verifies for `email_from`. Default: none; the account may already have one. */
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
});

const stage = stageSchema.refine(({ account, region }) => (account === undefined) === (region === undefined), {
  error: 'Set both account and region, or neither',
  path: ['region'],
});

const stageNameSchema = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
    'Must be 1–20 lower-case letters, digits, or inner hyphens, and start with a letter',
  );

const configurationSchema = z.strictObject({
  stages: z
    .record(stageNameSchema, stage)
    .refine((stages) => Object.keys(stages).length > 0, 'Must have at least one stage'),
});

/** As written, without defaults. */
export type Configuration = z.input<typeof configurationSchema>;
/** With defaults. */
export type StageConfiguration = z.output<typeof stage>;
export type CognitoConfiguration = z.output<typeof cognitoSchema>;
export type OpenIdConfiguration = z.output<typeof openIdSchema>;

export type SenderConfiguration = z.output<typeof senderSchema>;

/** `['stages', 'prod', 'webhookHosts', 0]` → `stages.prod.webhookHosts[0]`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');

/** One line for an issue. An invalid key of a record gets its own reason. */
const describeIssue = (issue: z.core.$ZodIssue): string => {
  const reason = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
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
