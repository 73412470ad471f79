import Button from '@cloudscape-design/components/button';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Product } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { forgetPages } from '../api/page-query.ts';
import { asProblem, describeProblem } from '../api/problem.ts';
import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { useShowMessage } from '../frame/messages.tsx';
import { navigate } from '../frame/route.ts';

/** Deletes a product, after asking. */
export const DeleteProduct = ({ product: { id, name } }: { readonly product: Product }) => {
  const api = useApi();
  const client = useQueryClient();
  const showMessage = useShowMessage();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setAsking(false);
    setBusy(true);
    try {
      await api.remove(`/products/${encodeURIComponent(id)}`);
      showMessage({ type: 'success', text: `${name} deleted.` });
      forgetPages(client);
      navigate('/products', { isSettled: true });
    } catch (thrown) {
      setBusy(false);
      const text = `Can't delete ${name}: ${describeProblem(asProblem(thrown))}`;
      showMessage({ type: 'error', text, action: { label: 'Try again', run: () => void remove() } });
    }
  };
  return (
    <>
      <Button loading={isBusy} onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking && (
        <ConfirmDialog
          header={`Delete ${name}?`}
          action="Delete product"
          confirm={() => void remove()}
          close={() => setAsking(false)}
        >
          This also deletes its members, notifications, and deliveries for all users. You can't undo this.
        </ConfirmDialog>
      )}
    </>
  );
};
