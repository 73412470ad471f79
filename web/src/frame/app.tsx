import I18nProvider from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { QueryClientProvider } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Caller } from '../api/answers.ts';
import { ApiContext } from '../api/api-context.ts';
import type { Api } from '../api/client.ts';
import { createQueryClient } from '../api/query-client.ts';
import { LeaveDialog } from './leave-dialog.tsx';
import { MessagesProvider } from './messages.tsx';
import { SkipLink } from './skip-link.tsx';
import { TopBar } from './top-bar.tsx';
import { UnviewedProvider } from './unviewed.tsx';
import { Views } from './views.tsx';

type AppProps = { readonly api: Api; readonly caller: Caller; readonly logOut: () => Promise<void> };

const client = createQueryClient();

/** The page of a signed-in user. */
export const App = ({ api, caller, logOut }: AppProps) => {
  const context = useMemo(() => ({ api, caller }), [api, caller]);
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={client}>
        <ApiContext value={context}>
          <MessagesProvider>
            <UnviewedProvider>
              <SkipLink />
              <header id="top">
                <TopBar logOut={logOut} />
              </header>
              <Views />
            </UnviewedProvider>
            <LeaveDialog />
          </MessagesProvider>
        </ApiContext>
      </QueryClientProvider>
    </I18nProvider>
  );
};
