import { ErrorResponse, InMemoryWebStorage, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { Problem } from '../api/problem.ts';
import type { PageConfig } from './page-config.ts';

/** The signed-in user's session, until the page is closed: tokens are stored in memory only. */
export type Session = {
  /** A valid access token; renews it where it has run out or is the `refused` one. */
  readonly accessToken: (refused?: string) => Promise<string>;
  readonly logOut: () => Promise<void>;
};

/** Where the provider sends the reader back to. */
const CALLBACK_PATH = '/callback';

/** A token with less left than this is renewed before it is used. */
const MARGIN_SECONDS = 30;

/** A user who signed in so recently isn't sent to sign in again after a refusal. */
const CIRCLE_MS = 15_000;

const managerOf = (config: PageConfig): UserManager =>
  new UserManager({
    authority: config.issuer,
    client_id: config.client_id,
    scope: config.scopes.join(' '),
    redirect_uri: `${location.origin}${CALLBACK_PATH}`,
    post_logout_redirect_uri: `${location.origin}/`,
    extraQueryParams: { ...config.authorization_parameters },
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    // What has to outlive the way to the provider and back: the PKCE verifier and where the reader was.
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    // Renewed when a token is needed: timers sleep in hidden tabs.
    automaticSilentRenew: false,
    monitorSession: false,
    loadUserInfo: false,
  });

const here = (): string => `${location.pathname}${location.search}`;

/** Never comes back: the page is being left. */
const leaving = (): Promise<never> => new Promise(() => {});

const comeBack = async (manager: UserManager): Promise<User> => {
  const user = await manager.signinRedirectCallback();
  const place = typeof user.state === 'string' && user.state.startsWith('/') ? user.state : '/';
  history.replaceState(null, '', place.startsWith(CALLBACK_PATH) ? '/' : place);
  return user;
};

/** The provider says that this login is over; anything else may pass. */
const isOver = (cause: unknown): boolean => cause instanceof ErrorResponse;

/**
 * Logs in: goes to the provider unless the reader is just coming back from there. `expired` is called when the login
 * is over and can't be renewed; it resolves when the user may be sent to sign in again.
 */
export const openSession = async (config: PageConfig, expired: () => Promise<void>): Promise<Session> => {
  const manager = managerOf(config);
  const logIn = async (): Promise<never> => {
    await manager.signinRedirect({ state: here() });
    return leaving();
  };
  let user = location.pathname === CALLBACK_PATH ? await comeBack(manager) : await logIn();
  const loggedInAt = Date.now();
  let renewal: Promise<string> | null = null;
  const renew = async (isRefused: boolean): Promise<string> => {
    try {
      if (user.refresh_token !== undefined) {
        user = (await manager.signinSilent()) ?? user;
        return user.access_token;
      }
    } catch (cause) {
      if (!isOver(cause)) throw cause;
    }
    // A provider that answers at once and an API that takes none of its tokens would send the page round in circles.
    if (isRefused && Date.now() - loggedInAt < CIRCLE_MS) throw new Problem(401, "The API doesn't accept your sign-in");
    await expired();
    return await logIn();
  };
  return {
    accessToken: async (refused) => {
      if (user.access_token !== refused && (user.expires_in ?? Number.POSITIVE_INFINITY) > MARGIN_SECONDS) {
        return user.access_token;
      }
      renewal ??= renew(user.access_token === refused).finally(() => {
        renewal = null;
      });
      return await renewal;
    },
    logOut: async () => {
      await manager.signoutRedirect({ extraQueryParams: { ...config.logout_parameters } });
      await leaving();
    },
  };
};
