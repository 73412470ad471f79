import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Frame } from './frame.tsx';
import { navigate } from './route.ts';

/** For what is not there, or not for this reader: the page does not tell which. */
export const NotFound = () => (
  <Frame>
    <SpaceBetween size="m">
      <Header variant="h1">There is nothing here for you</Header>
      <Box>
        It has been deleted, never was, or is not yours to see. Ask an owner of the product to make you a member.
      </Box>
      <Button onClick={() => navigate('/notifications')}>Go to the notifications</Button>
    </SpaceBetween>
  </Frame>
);
