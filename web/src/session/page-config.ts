import { Problem } from '../api/problem.ts';

/** A deployment's `/config.json`: where to sign in, and as which client. */
export type PageConfig = {
  readonly issuer: string;
  readonly client_id: string;
  readonly scopes: readonly string[];
  /** Parameters that a provider wants beside the standard's, such as Auth0's `audience`. */
  readonly authorization_parameters: Readonly<Record<string, string>>;
  /** The same for the way out: Cognito's names for where to come back to. */
  readonly logout_parameters?: Readonly<Record<string, string>>;
};

/** Reads the configuration; throws where the deployment has none. */
export const readPageConfig = async (): Promise<PageConfig> => {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  if (!response.ok)
    throw new Problem(response.status, `Can't load the page's configuration: HTTP status ${response.status}`);
  return await response.json();
};
