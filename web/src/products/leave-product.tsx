import Button from '@cloudscape-design/components/button';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Product } from '../api/answers.ts';
import { useApi, useCaller } from '../api/api-context.ts';
import { forgetPages } from '../api/page-query.ts';
import { pathName } from '../api/path-name.ts';
import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { useShowMessage } from '../frame/messages.tsx';
import { navigate } from '../frame/route.ts';
import { useAction } from '../frame/use-action.ts';

/** Takes the reader out of a product's members, after asking. */
export const LeaveProduct = ({ product: { id, name } }: { readonly product: Product }) => {
  const api = useApi();
  const client = useQueryClient();
  const showMessage = useShowMessage();
  const { user } = useCaller();
  const [isAsking, setAsking] = useState(false);
  const leaving = useAction({
    failure: () => `Can't leave ${name}`,
    work: async () => {
      await api.remove(`/products/${encodeURIComponent(id)}/members/${pathName(user)}`);
      showMessage({ type: 'success', text: `You are no longer a member of ${name}.` });
      forgetPages(client);
      navigate('/products', { isSettled: true });
    },
  });
  return (
    <>
      <Button loading={leaving.isPending} onClick={() => setAsking(true)}>
        Leave
      </Button>
      {isAsking && (
        <ConfirmDialog
          header={`Leave ${name}?`}
          action="Leave product"
          confirm={() => leaving.mutate()}
          close={() => setAsking(false)}
        >
          You lose access to the product and its notifications. An owner can add you again.
        </ConfirmDialog>
      )}
    </>
  );
};
