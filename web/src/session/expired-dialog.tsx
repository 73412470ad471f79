import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { useExpired } from './expiry.ts';

/** Says that the session expired, if leaving at once would lose what was typed. */
export const ExpiredDialog = () => {
  const goOn = useExpired();
  if (goOn === null) return null;
  return (
    <Modal
      visible
      header="Your session expired"
      footer={
        <Box float="right">
          <Button variant="primary" onClick={goOn}>
            Sign in again
          </Button>
        </Box>
      }
    >
      Your changes aren't saved. Copy what you need. After you sign in, you return to this page.
    </Modal>
  );
};
