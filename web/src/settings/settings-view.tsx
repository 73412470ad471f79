import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import type { Settings } from '../api/answers.ts';
import { useApi, useCaller } from '../api/api-context.ts';
import { saveFields } from '../api/save.ts';
import { useLive } from '../api/use-live.ts';
import { Frame } from '../frame/frame.tsx';
import { Heading } from '../frame/heading.tsx';
import { NotFound } from '../frame/not-found.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { ExceptionSection } from './exception-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import { SenderSection } from './sender-section.tsx';
import type { SettingsPart } from './settings-part.ts';
import { StandardGateSection } from './standard-gate-section.tsx';
import { SuppressedSection } from './suppressed-section.tsx';
import { WindowSection } from './window-section.tsx';

const EVERY_MS = 30_000;

const AdministratorsView = () => {
  const api = useApi();
  const { body, problem, refresh } = useLive<Settings>('/settings', EVERY_MS);
  const change: SettingsPart['change'] = async (fields, seen) => {
    try {
      await saveFields(api, '/settings', fields, seen);
    } finally {
      await refresh();
    }
  };
  return (
    <Frame title="Settings" help="settings">
      <SpaceBetween size="l">
        <Header variant="h1" description="For all products of this Gatebell instance">
          <Heading>Settings</Heading>
        </Header>
        {problem && <ProblemAlert what="Can't load the settings" problem={problem} retry={refresh} />}
        {body === undefined && problem === null && (
          <Box textAlign="center" padding="xxl">
            <Spinner size="large" />
          </Box>
        )}
        {body && (
          <SpaceBetween size="l">
            <SenderSection settings={body} change={change} />
            <ExceptionSection settings={body} change={change} />
            <SuppressedSection />
            <WindowSection settings={body} change={change} />
            <StandardGateSection settings={body} change={change} />
            <RetentionSection settings={body} change={change} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Frame>
  );
};

/** The settings, for administrators; for others there is no such page. */
const SettingsView = () => (useCaller().is_administrator ? <AdministratorsView /> : <NotFound />);

export default SettingsView;
