/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles (an alias that `lib/bundle-functions.ts` sets). Lambda hands a
 * function its role's credentials in the environment, so the chain of files, SSO and metadata services that the AWS
 * clients bring along would cost a third of the start and never be asked.
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
