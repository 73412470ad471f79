/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html */
import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const overrideSchema = z.literal(true);
const securitySchema = z.strictObject({
  ContentSecurityPolicy: z.strictObject({ ContentSecurityPolicy: z.string(), Override: overrideSchema }).optional(),
  ContentTypeOptions: z.strictObject({ Override: overrideSchema }).optional(),
  FrameOptions: z.strictObject({ FrameOption: z.string(), Override: overrideSchema }).optional(),
  ReferrerPolicy: z.strictObject({ ReferrerPolicy: z.string(), Override: overrideSchema }).optional(),
  StrictTransportSecurity: z
    .strictObject({
      AccessControlMaxAgeSec: z.coerce.number(),
      IncludeSubdomains: z.boolean().default(false),
      Preload: z.boolean().default(false),
      Override: overrideSchema,
    })
    .optional(),
});
const customSchema = z.strictObject({
  Items: z.array(z.strictObject({ Header: z.string(), Value: z.string(), Override: overrideSchema })),
});
const policySchema = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: z.string(),
    Comment: z.unknown().optional(),
    SecurityHeadersConfig: securitySchema.default({}),
    CustomHeadersConfig: customSchema.default({ Items: [] }),
  }),
});

const transportSecurity = (config: NonNullable<z.output<typeof securitySchema>['StrictTransportSecurity']>): string =>
  [
    `max-age=${config.AccessControlMaxAgeSec}`,
    ...(config.IncludeSubdomains ? ['includeSubDomains'] : []),
    ...(config.Preload ? ['preload'] : []),
  ].join('; ');

/** The headers of each policy of the template, by the policy's id; names in lower case. */
export const readResponseHeaders = (stack: ResolvedStack): ReadonlyMap<string, Readonly<Record<string, string>>> =>
  new Map(
    resourcesOf(stack, ['AWS::CloudFront::ResponseHeadersPolicy'], policySchema).map(({ ref, parsed }) => {
      const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = parsed.ResponseHeadersPolicyConfig;
      const { StrictTransportSecurity: transport } = security;
      const headers: Record<string, string | undefined> = {
        'content-security-policy': security.ContentSecurityPolicy?.ContentSecurityPolicy,
        'x-content-type-options': security.ContentTypeOptions && 'nosniff',
        'x-frame-options': security.FrameOptions?.FrameOption,
        'referrer-policy': security.ReferrerPolicy?.ReferrerPolicy,
        'strict-transport-security': transport && transportSecurity(transport),
        ...Object.fromEntries(custom.Items.map(({ Header, Value }) => [Header.toLowerCase(), Value])),
      };
      const set = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
      return [ref, Object.fromEntries(set)] as const;
    }),
  );
