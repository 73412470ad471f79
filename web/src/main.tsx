import '@cloudscape-design/global-styles/index.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import type { Caller } from './api/answers.ts';
import { createApi } from './api/client.ts';
import { App } from './frame/app.tsx';
import { Boundary } from './frame/boundary.tsx';
import { StartFailed } from './frame/start-failed.tsx';
import { applyTheme } from './frame/theme.ts';
import { onExpired } from './session/expiry.ts';
import { readPageConfig } from './session/page-config.ts';
import { openSession } from './session/session.ts';

applyTheme();

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no root');
const root = createRoot(element);

const start = async (): Promise<void> => {
  const session = await openSession(await readPageConfig(), onExpired);
  const api = createApi(session);
  const caller = await api.get<Caller>('/users/me');
  root.render(
    <Boundary what="Can't show Gatebell" around={(alert) => <main>{alert}</main>}>
      <App api={api} caller={caller} logOut={session.logOut} />
    </Boundary>,
  );
};

start().catch((cause) => root.render(<StartFailed cause={cause} />));
