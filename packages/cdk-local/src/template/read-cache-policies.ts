/** How long a distribution may keep answers, under which key, and whether it compresses them. */
import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

/** Managed policies, by the ids that AWS gave them. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';

export type CachePolicy = {
  /** Lower-case names of the headers that are part of the key. */
  readonly keyHeaders: readonly string[];
  readonly isQueryInKey: boolean;
  /** By gzip, where the behaviour says so, too. */
  readonly isCompressed: boolean;
  /** Seconds for which an answer is kept whatever its own headers say. */
  readonly minimumSeconds: number;
};

const policySchema = z.object({
  CachePolicyConfig: z.object({
    MinTTL: z.coerce.number(),
    ParametersInCacheKeyAndForwardedToOrigin: z.object({
      EnableAcceptEncodingGzip: z.boolean(),
      HeadersConfig: z.object({ HeaderBehavior: z.string(), Headers: z.array(z.string()).default([]) }),
      QueryStringsConfig: z.object({ QueryStringBehavior: z.enum(['all', 'none']) }),
    }),
  }),
});

const NOTHING_KEPT = { keyHeaders: [], isQueryInKey: false, minimumSeconds: 0 };

/**
 * The policies of the template and the managed ones that are known here, by id.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
export const readCachePolicies = (stack: ResolvedStack): ReadonlyMap<string, CachePolicy> => {
  const own = resourcesOf(stack, ['AWS::CloudFront::CachePolicy'], policySchema).map(({ ref, parsed }) => {
    const { MinTTL, ParametersInCacheKeyAndForwardedToOrigin: key } = parsed.CachePolicyConfig;
    return [
      ref,
      {
        keyHeaders: key.HeadersConfig.Headers.map((name) => name.toLowerCase()),
        isQueryInKey: key.QueryStringsConfig.QueryStringBehavior === 'all',
        isCompressed: key.EnableAcceptEncodingGzip,
        minimumSeconds: MinTTL,
      },
    ] as const;
  });
  return new Map([
    [CACHING_DISABLED, { ...NOTHING_KEPT, isCompressed: false }],
    [CACHING_OPTIMIZED, { ...NOTHING_KEPT, isCompressed: true, minimumSeconds: 1 }],
    ...own,
  ]);
};
