import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

type ConfirmDialogProps = {
  readonly header: string;
  /** What the button says that does it. */
  readonly action: string;
  readonly confirm: () => void;
  readonly close: () => void;
  readonly children: ReactNode;
};

/** Asks before something is done that can't be undone. Closes before it is done. */
export const ConfirmDialog = ({ header, action, confirm, close, children }: ConfirmDialogProps) => (
  <Modal
    visible
    header={header}
    onDismiss={close}
    closeAriaLabel="Close"
    footer={
      <Box float="right">
        <SpaceBetween size="xs" direction="horizontal">
          <Button variant="link" onClick={close}>
            Cancel
          </Button>
          <Button
            variant="primary"
            onClick={() => {
              close();
              confirm();
            }}
          >
            {action}
          </Button>
        </SpaceBetween>
      </Box>
    }
  >
    {children}
  </Modal>
);
