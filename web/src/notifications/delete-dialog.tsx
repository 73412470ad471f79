import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { countOf } from './use-bulk.ts';

type DeleteDialogProps = { readonly count: number; readonly confirm: () => void; readonly close: () => void };

/** Asks before notifications go for good. */
export const DeleteDialog = ({ count, confirm, close }: DeleteDialogProps) => (
  <ConfirmDialog header={`Delete ${countOf(count)}?`} action="Delete for everybody" confirm={confirm} close={close}>
    {count === 1 ? 'It goes' : 'They go'} for everybody, not only for you, and can't be brought back. To get{' '}
    {count === 1 ? 'it' : 'them'} out of your own sight, mark {count === 1 ? 'it' : 'them'} as viewed.
  </ConfirmDialog>
);
