import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCaller } from '../api/api-context.ts';
import { Frame } from '../frame/frame.tsx';
import { Heading } from '../frame/heading.tsx';
import { NotFound } from '../frame/not-found.tsx';
import { FailedSection } from './failed-section.tsx';
import { TargetsSection } from './targets-section.tsx';

const AdministratorsView = () => (
  <Frame title="Operations" help="operations">
    <SpaceBetween size="l">
      <Header variant="h1" description="What is sent where, what waits and why, and what failed">
        <Heading>Operations</Heading>
      </Header>
      <TargetsSection />
      <FailedSection productId={null} />
    </SpaceBetween>
  </Frame>
);

/** Targets and failed deliveries, for administrators; for others there is no such page. */
const OperationsView = () => (useCaller().is_administrator ? <AdministratorsView /> : <NotFound />);

export default OperationsView;
