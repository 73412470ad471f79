/**
 * Replaces `@aws-sdk/endpoint-cache` in the bundles (an alias in `lib/bundle-functions.ts`). The DynamoDB client creates this
 * cache for endpoint discovery, which is off by default, and works without a cache if it is on. The original adds 8 KB of a
 * cache library to each cold start.
 */
export class EndpointCache {
  getEndpoint(): undefined {}
  get(): undefined {}
  set(): void {}
  delete(): void {}
  has(): boolean {
    return false;
  }
  clear(): void {}
}
