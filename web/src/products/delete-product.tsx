import Button from '@cloudscape-design/components/button';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Product } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { forgetPages } from '../api/page-query.ts';
import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { useShowMessage } from '../frame/messages.tsx';
import { navigate } from '../frame/route.ts';
import { useAction } from '../frame/use-action.ts';

/** Deletes a product, after asking. */
export const DeleteProduct = ({ product: { id, name } }: { readonly product: Product }) => {
  const api = useApi();
  const client = useQueryClient();
  const showMessage = useShowMessage();
  const [isAsking, setAsking] = useState(false);
  const removal = useAction({
    failure: () => `Can't delete ${name}`,
    work: async () => {
      await api.remove(`/products/${encodeURIComponent(id)}`);
      showMessage({ type: 'success', text: `${name} deleted.` });
      forgetPages(client);
      navigate('/products', { isSettled: true });
    },
  });
  return (
    <>
      <Button loading={removal.isPending} onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking && (
        <ConfirmDialog
          header={`Delete ${name}?`}
          action="Delete product"
          confirm={() => removal.mutate()}
          close={() => setAsking(false)}
        >
          This also deletes its members, notifications, and deliveries for all users. You can't undo this.
        </ConfirmDialog>
      )}
    </>
  );
};
