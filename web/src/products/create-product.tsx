import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Product } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { TextField } from '../forms/text-field.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { navigate, urlOf } from '../frame/route.ts';

const EMPTY = { name: '', description: '' };

/** Makes a product, whose owner is the reader, and goes there. */
export const CreateProduct = ({ close }: { readonly close: () => void }) => {
  const api = useApi();
  const form = useForm(EMPTY, async (fields) => {
    const { id }: Product = await api.send('POST', '/products', fields);
    // After the form has reset.
    queueMicrotask(() => navigate(urlOf(['products', id])));
  });
  const save = () => void form.save();
  return (
    <Modal
      visible
      header="Create product"
      closeAriaLabel="Close"
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={close}>
              Cancel
            </Button>
            <Button variant="primary" loading={form.isSaving} disabled={!form.isChanged} onClick={save}>
              Create
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        aria-label="New product"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <SpaceBetween size="m">
          {form.problem && <ProblemAlert what="Can't create the product" problem={form.problem} retry={save} />}
          <TextField label="Name" {...fieldOf(form, 'name')} />
          <TextField label="Description" lines={3} {...fieldOf(form, 'description')} />
        </SpaceBetween>
      </form>
    </Modal>
  );
};
