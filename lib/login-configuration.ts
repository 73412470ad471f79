/** The `login` of a stage in `gatebell.config.ts`. */
import * as z from 'zod';
import { pascalCase } from './pascal-case.ts';

/** Only origin and path: the value is public in the template and in the page. */
const isPlainUrl = (text: string): boolean => {
  const { username, password, href } = new URL(text);
  return username === '' && password === '' && !/[?#]/.test(href);
};

const httpsUrlSchema = z
  .url({ protocol: /^https$/, error: 'Must be a URL that starts with https://', abort: true })
  .refine(isPlainUrl, 'Must be a URL without user, password, query, and fragment');

const groupNameSchema = z
  .string()
  .regex(/^[\w.@:/+-]{1,128}$/, 'Must be 1–128 letters, digits, or . @ : / + - _, without spaces');

/** Each machine's client id is an output of its own: `ci-2` and `ci2` would both be `Ci2ClientId`. */
const refuseSharedOutputs = (machines: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
  const names = Object.keys(machines);
  for (const [position, name] of names.entries()) {
    const former = names.slice(0, position).find((other) => pascalCase(other) === pascalCase(name));
    if (former === undefined) continue;
    const message = `Must differ from "${former}" in more than hyphens: both would be the output ${pascalCase(name)}ClientId`;
    context.addIssue({ code: 'custom', path: [name], message });
  }
};

const machineSchema = z.strictObject({
  /** Whether it may report exceptions. Its role in a product determines the rest. */
  reportsExceptions: z.boolean(),
});

type Machine = z.output<typeof machineSchema>;

const withoutFalse = (machines: Readonly<Record<string, Machine | false>>): Record<string, Machine> =>
  Object.fromEntries(
    Object.entries(machines).flatMap(([name, machine]) => (machine === false ? [] : [[name, machine]])),
  );

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
  /** Applications that call the API: one client with a secret for each name, beside `ci`, which `ci: false` leaves out. */
  machines: z
    .record(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9-]{0,31}$/,
          'Must be 1–32 lower-case letters, digits, or hyphens, and start with a letter',
        ),
      z.union([machineSchema, z.literal(false)], {
        error: 'Must be { reportsExceptions: true }, { reportsExceptions: false }, or false',
      }),
    )
    .default({})
    .transform((given) => withoutFalse({ ci: { reportsExceptions: false }, ...given }))
    .superRefine(refuseSharedOutputs),
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

export const loginSchema = z.discriminatedUnion('kind', [cognitoSchema, openIdSchema], {
  error: 'Must have the kind "cognito" or "openid"',
});

export type CognitoConfiguration = z.output<typeof cognitoSchema>;
export type OpenIdConfiguration = z.output<typeof openIdSchema>;
