import { ConfirmDialog } from './confirm-dialog.tsx';
import { stay, useLeaving } from './leave.ts';

/** Asks before unsaved text is lost. */
export const LeaveDialog = () => {
  const leave = useLeaving();
  if (leave === null) return null;
  return (
    <ConfirmDialog header="Leave without saving?" action="Leave" confirm={leave} close={stay}>
      Your changes aren't saved.
    </ConfirmDialog>
  );
};
