/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundles (an alias in `lib/bundle-functions.ts`). Lambda sets the
 * credentials of the function's role in the environment. The SDK's chain of files, SSO and metadata services would take a
 * third of the cold start without being used.
 */

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this bundle takes its AWS credentials from the environment only`);
  return value;
};

/** Reads the environment when a client first signs, not when the module loads. */
export const defaultProvider = () => async () => {
  const { AWS_SESSION_TOKEN: sessionToken } = process.env;
  return {
    accessKeyId: required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken && { sessionToken }),
  };
};
