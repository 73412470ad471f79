import I18nProvider from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { useMemo } from 'react';
import type { Caller } from '../api/answers.ts';
import { GroundContext } from '../api/api-context.ts';
import type { Api } from '../api/client.ts';
import { ExpiredDialog } from '../session/expired-dialog.tsx';
import { MessagesProvider } from './messages.tsx';
import { TopBar } from './top-bar.tsx';
import { UnviewedProvider } from './unviewed.tsx';
import { Views } from './views.tsx';

type AppProps = { readonly api: Api; readonly caller: Caller; readonly logOut: () => Promise<void> };

/** The page of somebody who is logged in. */
export const App = ({ api, caller, logOut }: AppProps) => {
  const ground = useMemo(() => ({ api, caller }), [api, caller]);
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <GroundContext value={ground}>
        <MessagesProvider>
          <UnviewedProvider>
            <header id="top">
              <TopBar logOut={logOut} />
            </header>
            <Views />
          </UnviewedProvider>
          <ExpiredDialog />
        </MessagesProvider>
      </GroundContext>
    </I18nProvider>
  );
};
