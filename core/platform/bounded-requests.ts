/** Attempts of one call, and the timeout of each. Together they stay below every function's timeout. */
const MAX_ATTEMPTS = 4;
const REQUEST_TIMEOUT_MS = 4_000;

/**
 * Configuration of the clients of DynamoDB, its streams and SQS: a hanging request is aborted and retried, so that the function
 * has time to respond. Without `throwOnRequestTimeout` the SDK's handler only logs the timeout.
 */
export const boundedRequests = (requestTimeout = REQUEST_TIMEOUT_MS) => ({
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
});
