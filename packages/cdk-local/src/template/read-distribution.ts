/** The CloudFront distribution of the template: which path is answered by what, and with which headers. */
import { z } from 'zod';
import { type CachePolicy, readCachePolicies } from './read-cache-policies.ts';
import { readResponseHeaders } from './read-response-headers.ts';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

/** A managed policy, by the id that AWS gave it. */
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** Strict: what would change an answer must not go unnoticed. */
const behaviourSchema = z.strictObject({
  PathPattern: z.string().optional(),
  TargetOriginId: z.string(),
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  CachePolicyId: z.string(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  FunctionAssociations: z
    .array(z.strictObject({ EventType: z.literal('viewer-request'), FunctionARN: z.string() }))
    .max(1)
    .default([]),
  // Of no account on one machine: there is no TLS.
  ViewerProtocolPolicy: z.unknown(),
  Compress: z.boolean().default(false),
});
const originSchema = z.object({
  Id: z.string(),
  DomainName: z.string(),
  OriginCustomHeaders: z.array(z.strictObject({ HeaderName: z.string(), HeaderValue: z.string() })).default([]),
});
const distributionSchema = z.object({
  DistributionConfig: z.object({
    Enabled: z.literal(true),
    DefaultRootObject: z.literal('index.html'),
    Origins: z.array(originSchema),
    CacheBehaviors: z.array(behaviourSchema).default([]),
    DefaultCacheBehavior: behaviourSchema,
    CustomErrorResponses: z
      .array(z.strictObject({ ErrorCode: z.coerce.number(), ErrorCachingMinTTL: z.coerce.number() }))
      .default([]),
  }),
});
const edgeFunctionSchema = z.object({
  AutoPublish: z.literal(true),
  FunctionCode: z.string(),
  FunctionConfig: z.object({ Runtime: z.literal('cloudfront-js-2.0') }),
});

export type BehaviourDefinition = {
  /** Undefined for the default, which takes what no other does. */
  readonly pathPattern: string | undefined;
  readonly target:
    | {
        readonly kind: 'api';
        /** Added to every request, by lower-case names, and replacing the caller's. */
        readonly headers: Readonly<Record<string, string>>;
      }
    | { readonly kind: 'files'; readonly bucket: string };
  readonly methods: readonly string[];
  /** Set on every answer, replacing those of the target. */
  readonly headers: Readonly<Record<string, string>>;
  /** Code of the CloudFront Function that sees the request first. */
  readonly onRequest: string | undefined;
  readonly cache: CachePolicy;
};

export type DistributionDefinition = {
  /** In the order in which CloudFront tries them. */
  readonly behaviours: readonly BehaviourDefinition[];
  /** For how many seconds answers with a status are kept. */
  readonly errorSeconds: ReadonlyMap<number, number>;
};

/** Undefined when the template has no distribution. */
export const readDistribution = (stack: ResolvedStack): DistributionDefinition | undefined => {
  const [distribution, ...others] = resourcesOf(stack, ['AWS::CloudFront::Distribution'], distributionSchema);
  if (distribution === undefined) return undefined;
  if (others.length > 0) throw new Error('the local stack serves one distribution');
  const { Origins, CacheBehaviors, DefaultCacheBehavior, CustomErrorResponses } =
    distribution.parsed.DistributionConfig;
  const headers = readResponseHeaders(stack);
  const functions = resourcesOf(stack, ['AWS::CloudFront::Function'], edgeFunctionSchema);
  const codeOf = (arn: string): string => {
    const found = functions.find(({ ref }) => ref === arn);
    if (found === undefined) throw new Error(`the template has no CloudFront Function ${arn}`);
    return found.parsed.FunctionCode;
  };
  const headersOf = (id: string) => {
    const found = headers.get(id);
    if (found === undefined) throw new Error(`the template has no response headers policy ${id}`);
    return found;
  };
  const policies = readCachePolicies(stack);
  const behaviours = [...CacheBehaviors, DefaultCacheBehavior].map((behaviour) => ({
    pathPattern: behaviour.PathPattern,
    target: targetOf(behaviour, Origins, policies),
    cache: cacheOf(behaviour, policies),
    methods: behaviour.AllowedMethods,
    headers: behaviour.ResponseHeadersPolicyId === undefined ? {} : headersOf(behaviour.ResponseHeadersPolicyId),
    onRequest: behaviour.FunctionAssociations.map(({ FunctionARN }) => codeOf(FunctionARN))[0],
  }));
  const errorSeconds = CustomErrorResponses.map((error) => [error.ErrorCode, error.ErrorCachingMinTTL] as const);
  return { behaviours, errorSeconds: new Map(errorSeconds) };
};

type Policies = ReadonlyMap<string, CachePolicy>;

const cacheOf = (
  { CachePolicyId, Compress }: Pick<z.output<typeof behaviourSchema>, 'CachePolicyId' | 'Compress'>,
  policies: Policies,
): CachePolicy => {
  const found = policies.get(CachePolicyId);
  if (found === undefined) throw new Error(`the local stack does not know the cache policy ${CachePolicyId}`);
  return { ...found, isCompressed: found.isCompressed && Compress };
};

/**
 * Refuses what would answer otherwise in the cloud: an API whose answers are cached against their headers, or for another caller,
 * or that gets less than the caller sent.
 */
const targetOf = (
  behaviour: z.output<typeof behaviourSchema>,
  origins: readonly z.output<typeof originSchema>[],
  policies: Policies,
) => {
  const { TargetOriginId: id, OriginRequestPolicyId: request } = behaviour;
  const origin = origins.find(({ Id }) => Id === id);
  const host = origin?.DomainName;
  const bucket = /^([^.]+)\.s3\.[^.]+\.amazonaws\.com$/.exec(host ?? '')?.[1];
  if (bucket !== undefined && request === undefined) return { kind: 'files', bucket } as const;
  const { minimumSeconds, isCompressed, keyHeaders } = cacheOf(behaviour, policies);
  const isForAnyCaller = isCompressed && !keyHeaders.includes('authorization');
  const isApi = host?.includes('.execute-api.') && request === ALL_VIEWER_EXCEPT_HOST_HEADER;
  if (isApi && minimumSeconds === 0 && !isForAnyCaller) {
    const added = origin?.OriginCustomHeaders.map((one) => [one.HeaderName.toLowerCase(), one.HeaderValue] as const);
    return { kind: 'api', headers: Object.fromEntries(added ?? []) } as const;
  }
  throw new Error(`the local stack does not know how a distribution gets to ${host}`);
};
