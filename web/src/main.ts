import '@cloudscape-design/global-styles/index.css';
import './page.css';
import type { Caller } from './api/answers.ts';
import { createApi } from './api/client.ts';
import { applyTheme } from './frame/theme.ts';
import { loadView, loadViewsOnLinks } from './frame/view-scripts.ts';
import { onExpired } from './session/expiry.ts';
import { readPageConfig } from './session/page-config.ts';
import { openSession, placeAfterSignIn } from './session/session.ts';

// Most of the script. A page that leaves to sign in doesn't need it.
const loadDrawing = () => import('./frame/draw.tsx');

const start = async (): Promise<void> => {
  const place = placeAfterSignIn();
  const opening = openSession(readPageConfig, onExpired);
  const preloading = place === null ? null : Promise.all([loadDrawing(), loadView(place)]);
  // If the sign-in fails first, no one waits for it.
  preloading?.catch(() => {});
  const session = await opening;
  const api = createApi(session);
  const caller = await api.get<Caller>('/users/me');
  await preloading;
  const { drawApp } = await loadDrawing();
  drawApp({ api, caller, logOut: session.logOut });
};

const startFailed = async (cause: unknown): Promise<void> => {
  const { drawFailure } = await loadDrawing();
  drawFailure(cause);
};

applyTheme();
loadViewsOnLinks();
start()
  .catch(startFailed)
  .catch(() => {
    // Without its script the page can't draw more than this.
    document.querySelector('#root p')?.replaceChildren("Can't load Gatebell. Load the page again.");
  });
