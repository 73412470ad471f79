/** What ops may say about a stage: `gatebell.config.ts` is held against this, key by key. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';

/** A DNS name of two labels or more, in lower case, without scheme, port or path; no IP address, as its last label has a letter. */
const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

const hostNameSchema = z.string().regex(HOST, 'Must be a host name in lower case, such as chat.example.org');

const webhookHostSchema = z.string().refine((host) => HOST.test(host.replace(/^\*\./, '')), {
  error: 'Must be a host name in lower case, such as chat.example.org or *.example.org; no scheme, port or path',
});

/** No more than origin and path: what is written here stands in the template and, for the page, in public. */
const isPlainUrl = (text: string): boolean => {
  const { username, password, href } = new URL(text);
  return username === '' && password === '' && !/[?#]/.test(href);
};

const httpsUrlSchema = z
  .url({ protocol: /^https$/, error: 'Must be a URL that starts with https://', abort: true })
  .refine(isPlainUrl, 'Must be a URL without user, password, query and fragment');

const domainSchema = z.strictObject({
  /** Where the page and the API are served. */
  name: hostNameSchema,
  /** CloudFront takes certificates of us-east-1 only. */
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
      'Must be the ARN of a certificate of ACM in us-east-1, where CloudFront looks for it',
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
  .regex(/^[\w.@:/+-]{1,128}$/, 'Must be 1–128 letters, digits or . @ : / + - _, no blanks');

/** A user pool that the stack makes. */
const cognitoSchema = z.strictObject({
  kind: z.literal('cognito'),
  administratorsGroup: groupNameSchema.default('gatebell-administrators'),
  /**
   * Of the login pages, `<domainPrefix>.auth.<region>.amazoncognito.com`: unique in its region among all customers of
   * AWS. Default: made from the stage and the stack's id.
   */
  domainPrefix: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'Must be 1–63 lower-case letters, digits or inner hyphens')
    .refine((prefix) => !/aws|amazon|cognito/.test(prefix), 'Must not contain aws, amazon or cognito')
    .optional(),
  /** Programs that call the API: a client with a secret each, by name. */
  machines: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'Must start with a letter: 1–32 lower-case letters, digits, hyphens'),
      z.strictObject({
        /** Whether it may report exceptions; what it may do with a product comes of its role there. */
        reportsExceptions: z.boolean(),
      }),
    )
    .default({ ci: { reportsExceptions: false } }),
});

/** An OpenID provider that is there already. */
const openIdSchema = z.strictObject({
  kind: z.literal('openid'),
  /** As the tokens name it; the keys are found by the discovery document below it. */
  issuer: httpsUrlSchema,
  /** A token's audience, or the client id that it was made for, must be among these. */
  audience: z.array(z.string().min(1)).min(1, 'Must name at least one audience'),
  /** Claim of the access token that names the caller. */
  userClaim: z.string().min(1).default('sub'),
  /** Whether the provider takes `Olivia` and `olivia` for one person. Where it does not, they may be two. */
  userNamesIgnoreCase: z.boolean().default(false),
  /** Claim of the access token that lists the caller's groups. */
  groupsClaim: z.string().min(1).default('groups'),
  administratorsGroup: z
    .string()
    .regex(/^[\w.@:/+-]+( [\w.@:/+-]+)*$/, 'Must be letters, digits or . @ : / + - _, with single blanks between')
    .max(128),
  /** Stands before the API's scopes, with a slash: `api://gatebell` where a token's scope is `api://gatebell/exceptions`. */
  resourceServer: z
    .string()
    .regex(/^([^\s/]([^\s]*[^\s/])?)?$/, 'Must have no blanks, and no slash at either end')
    .default(''),
  /** The page's public client, with PKCE and without a secret. */
  pageClientId: z.string().min(1),
  pageScopes: z.array(z.string().min(1)).default(['openid']),
  /** More parameters for the authorization request, such as Auth0's `audience`. */
  authorizationParameters: z.record(z.string(), z.string()).default({}),
  /** Origins beside the issuer's that the page calls when it signs in: of a token endpoint that is elsewhere. */
  origins: z.array(httpsUrlSchema).default([]),
});

const stageSchema = z.strictObject({
  /** Both or none: without, the stack goes to the account and region of the credentials that deploy it. */
  account: z
    .string()
    .regex(/^\d{12}$/, 'Must be the 12 digits of an account, as a text')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'Must be a region, such as eu-central-1')
    .optional(),
  login: z.discriminatedUnion('kind', [cognitoSchema, openIdSchema], {
    error: 'Must have the kind "cognito" or "openid"',
  }),
  /** Hosts beyond Slack's and Teams' that webhooks may go to; `*.example.org` means any host below it. */
  webhookHosts: z.array(webhookHostSchema).default([]),
  /** Is mailed about the stack's own alarms, by SNS and not by Gatebell, which may be what is broken. */
  alarmEmail: z.email({ error: 'Must be an email address' }).optional(),
  logRetentionDays: z
    .enum(RetentionDays, {
      error: 'Must be a retention of CloudWatch Logs in days: 1, 3, 5, 7, 14, 30, 60, 90, 180, 365 …',
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
  /** Whether table, users and files outlive the stack. */
  keepDataOnRemoval: z.boolean().default(true),
  /**
   * Concurrent executions of the account that are set aside for the functions that callers and topics can flood: each has
   * its part of them, and gets no more (lib/concurrency.ts). Default: none, as an account must keep 100 that are not set
   * aside, and a new one may have 10 in all; CloudFormation would refuse.
   */
  reservedConcurrency: z.int().min(20, { error: 'Must be 20 at least, so that each function has a part' }).optional(),
  /** Dispatchers at a time. They run in what is not set aside: an account of 10 wants 5. */
  dispatcherConcurrency: z
    .int()
    .min(2, { error: 'Must be 2–1000: Lambda takes no other' })
    .max(1000, { error: 'Must be 2–1000: Lambda takes no other' })
    .default(50),
  /** Default: an address of CloudFront's. */
  domain: domainSchema.optional(),
  /** What SES is asked to verify, so that it may be set as `email_from`. Default: nothing; the account may have one. */
  sender: senderSchema.optional(),
  /**
   * How many mails SES takes in a second: the account's maximum send rate in the region (SES console, "Account dashboard"),
   * or a part of it where others send as well. 1 in the sandbox; 14 is what an account gets when it leaves that.
   */
  mailsPerSecond: z
    .number()
    .min(0.1, 'Must be a number of mails in a second, 0.1 or more')
    .max(1_000, 'Must be a number of mails in a second, 1,000 or less')
    .default(14),
});

const stage = stageSchema.refine(({ account, region }) => (account === undefined) === (region === undefined), {
  error: 'Must come with account: both or none',
  path: ['region'],
});

const stageNameSchema = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
    'Must start with a letter: 1–20 lower-case letters, digits or inner hyphens',
  );

const configurationSchema = z.strictObject({
  stages: z
    .record(stageNameSchema, stage)
    .refine((stages) => Object.keys(stages).length > 0, 'Must have at least one stage'),
});

/** As it is written. */
export type Configuration = z.input<typeof configurationSchema>;
/** As it is used, with its defaults. */
export type StageConfiguration = z.output<typeof stage>;
export type CognitoConfiguration = z.output<typeof cognitoSchema>;
export type OpenIdConfiguration = z.output<typeof openIdSchema>;

export type SenderConfiguration = z.output<typeof senderSchema>;

/** `['stages', 'prod', 'webhookHosts', 0]` → `stages.prod.webhookHosts[0]`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');

/** What is wrong, a line each; a bad key of a record says why, and not only that it is bad. */
const describeIssue = (issue: z.core.$ZodIssue): string => {
  const reason = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return `  ${pathText(issue.path) || 'The configuration'}: ${reason}`;
};

/**
 * Checks a configuration and fills in its defaults.
 *
 * @param source what the errors name, such as the file's name
 * @throws with every key that is wrong, and why
 */
export const readConfiguration = (input: unknown, source: string): Readonly<Record<string, StageConfiguration>> => {
  const parsed = configurationSchema.safeParse(input);
  if (parsed.success) return parsed.data.stages;
  throw new Error(`${source} can't be used:\n${parsed.error.issues.map(describeIssue).join('\n')}`);
};
