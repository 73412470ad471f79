import {
  ErrorResponse,
  InMemoryWebStorage,
  type OidcMetadata,
  type User,
  UserManager,
  WebStorageStateStore,
} from 'oidc-client-ts';
import { Problem } from '../api/problem.ts';
import type { SignIn } from './expiry.ts';
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

/** Where to sign in; `metadata` is what the provider says of itself, null until it is asked. */
type Provider = { readonly config: PageConfig; readonly metadata: Partial<OidcMetadata> | null };

const managerOf = ({ config, metadata }: Provider): UserManager =>
  new UserManager({
    ...(metadata === null ? {} : { metadata }),
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

/** Marks a tab that comes back from signing out. Other tabs reload then, not before: the provider would sign them in again. */
const SIGNING_OUT_KEY = 'gatebell:signing-out';

/** Signing out ends the session of every tab. */
const signedOut = new BroadcastChannel('gatebell:signed-out');

const here = (): string => `${location.pathname}${location.search}`;

/** Never comes back: the page is being left. */
const leaving = (): Promise<never> => new Promise(() => {});

/** Where the reader was before the sign-in, for this tab only. */
const PLACE_KEY = 'gatebell:place';

/** The provider that a sign-in began with: on the way back nothing has to be asked again. */
const PROVIDER_KEY = 'gatebell:provider';

const takeProvider = (): Provider | null => {
  const stored = sessionStorage.getItem(PROVIDER_KEY);
  sessionStorage.removeItem(PROVIDER_KEY);
  return stored === null || location.pathname !== CALLBACK_PATH ? null : JSON.parse(stored);
};

/** Where the reader goes when the sign-in from which they come back is complete; null if there is none. */
export const placeAfterSignIn = (): string | null =>
  location.pathname === CALLBACK_PATH ? sessionStorage.getItem(PLACE_KEY) : null;

const comeBack = async (manager: UserManager): Promise<User> => {
  const answer = location.href;
  const place = sessionStorage.getItem(PLACE_KEY);
  sessionStorage.removeItem(PLACE_KEY);
  // First of all: if the sign-in fails, trying again leads to where the reader was.
  history.replaceState(null, '', place ?? '/');
  if (place !== null)
    return await manager.signinRedirectCallback(answer).catch((cause) => {
      throw new Problem(0, "The sign-in didn't complete. Try again.", [], cause);
    });
  // No sign-in began in this tab: it is the window of `inNewTab`, which the library closes.
  await manager.signinPopupCallback(answer);
  throw new Problem(0, 'This sign-in belongs to another tab. Close this tab, or try again to open Gatebell here.');
};

/** The provider says that this login is over; anything else may pass. */
const isOver = (cause: unknown): boolean => cause instanceof ErrorResponse;

/**
 * Logs in: goes to the provider unless the reader is just coming back from there. `expired` is called when the login
 * is over and can't be renewed. It signs in again by either way of `SignIn` and resolves when
 * that is done.
 */
export const openSession = async (
  readConfig: () => Promise<PageConfig>,
  expired: (signIn: SignIn) => Promise<void>,
): Promise<Session> => {
  const provider = takeProvider() ?? { config: await readConfig(), metadata: null };
  const manager = managerOf(provider);
  if (sessionStorage.getItem(SIGNING_OUT_KEY) !== null) {
    sessionStorage.removeItem(SIGNING_OUT_KEY);
    signedOut.postMessage(null);
  }
  const logIn = async (): Promise<never> => {
    sessionStorage.setItem(PLACE_KEY, here());
    const metadata = await manager.metadataService.getMetadata();
    sessionStorage.setItem(PROVIDER_KEY, JSON.stringify({ ...provider, metadata }));
    await manager.signinRedirect();
    return leaving();
  };
  let user = location.pathname === CALLBACK_PATH ? await comeBack(manager) : await logIn();
  // The provider then asks to sign in.
  signedOut.addEventListener('message', () => location.reload());
  const loggedInAt = Date.now();
  const inNewTab = async (): Promise<void> => {
    const again = await manager.signinPopup();
    // Another user must not save what this one typed.
    if (again.profile.sub !== user.profile.sub) throw new Problem(403, 'Sign in as the same user to continue');
    user = again;
  };
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
    await expired({ leave: logIn, inNewTab });
    return user.access_token;
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
      sessionStorage.setItem(SIGNING_OUT_KEY, 'yes');
      await manager.signoutRedirect({ extraQueryParams: { ...provider.config.logout_parameters } });
      await leaving();
    },
  };
};
