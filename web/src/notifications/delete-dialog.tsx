import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { countOf } from './use-bulk.ts';

type DeleteDialogProps = { readonly count: number; readonly confirm: () => void; readonly close: () => void };

/** Asks before notifications are deleted. */
export const DeleteDialog = ({ count, confirm, close }: DeleteDialogProps) => (
  <ConfirmDialog header={`Delete ${countOf(count)}?`} action="Delete for all users" confirm={confirm} close={close}>
    This deletes {count === 1 ? 'it' : 'them'} for all users, and you can't undo it. To hide{' '}
    {count === 1 ? 'it' : 'them'} for yourself only, mark {count === 1 ? 'it' : 'them'} as viewed.
  </ConfirmDialog>
);
