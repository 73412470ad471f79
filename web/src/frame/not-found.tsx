import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Frame } from './frame.tsx';
import { Heading } from './heading.tsx';
import { navigate } from './route.ts';

/** Shown for what doesn't exist and for what the reader can't access alike. */
export const NotFound = () => (
  <Frame title="Page not found">
    <SpaceBetween size="m">
      <Header variant="h1">
        <Heading>Page not found</Heading>
      </Header>
      <Box>It doesn't exist, or you don't have access. Ask a product owner for access.</Box>
      <Button onClick={() => navigate('/notifications')}>Go to notifications</Button>
    </SpaceBetween>
  </Frame>
);
