/** Tries of one call, the first included, and how long each may take. Together they stay below every function's timeout. */
const MAX_ATTEMPTS = 4;
const REQUEST_TIMEOUT_MS = 4_000;

/**
 * What the clients of DynamoDB, its streams and SQS have in common: a request that hangs is given up and tried again, so that a function
 * is left the time to answer. Without `throwOnRequestTimeout` the SDK's handler only logs that the timeout has passed.
 */
export const boundedRequests = (requestTimeout = REQUEST_TIMEOUT_MS) => ({
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
});
