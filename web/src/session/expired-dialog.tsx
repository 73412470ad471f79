import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { useExpired } from './expiry.ts';

/** Says that the login has expired where leaving at once would lose what was typed. */
export const ExpiredDialog = () => {
  const goOn = useExpired();
  if (goOn === null) return null;
  return (
    <Modal
      visible
      header="Your login has expired"
      footer={
        <Box float="right">
          <Button variant="primary" onClick={goOn}>
            Log in again
          </Button>
        </Box>
      }
    >
      What you typed has not been saved. Copy what you need; after the login you are back at this place.
    </Modal>
  );
};
