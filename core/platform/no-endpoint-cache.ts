/**
 * Stands in for `@aws-sdk/endpoint-cache` in the bundles (an alias that `lib/bundle-functions.ts` sets). The DynamoDB client makes
 * one of these caches for endpoint discovery, which is off unless a function's configuration says otherwise; were it on,
 * it would work without remembering. The original brings 8 KB of a cache library to each start.
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
