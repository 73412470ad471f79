import type { Role } from '../api/answers.ts';
import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { ROLES } from './roles.ts';

type ConfirmMemberProps = {
  readonly user: string;
  /** The role that the member gets; null removes the member. */
  readonly role: Role | null;
  readonly confirm: () => void;
  readonly close: () => void;
};

/** Asks before a member loses rights. */
export const ConfirmMember = ({ user, role, confirm, close }: ConfirmMemberProps) => (
  <ConfirmDialog
    header={role === null ? `Remove ${user}?` : `Change the role of ${user}?`}
    action={role === null ? 'Remove member' : 'Change role'}
    confirm={confirm}
    close={close}
  >
    {role === null
      ? `${user} loses access to the product and its notifications. You can add ${user} again.`
      : `${user} gets the role “${ROLES[role].label}” and loses what only the current role allows.`}
  </ConfirmDialog>
);
