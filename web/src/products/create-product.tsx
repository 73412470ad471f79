import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Product } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { TextField } from '../forms/text-field.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import { leaveBy } from '../frame/leave.ts';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { navigate, urlOf } from '../frame/route.ts';

const FORM_ID = 'new-product';
const EMPTY = { name: '', description: '' };

/** Makes a product, whose owner is the reader, and goes there. */
export const CreateProduct = ({ close }: { readonly close: () => void }) => {
  const api = useApi();
  const form = useForm(EMPTY, async (fields) => {
    const { id }: Product = await api.send('POST', '/products', fields);
    navigate(urlOf(['products', id]), { isSettled: true });
  });
  const save = () => void form.save();
  const dismiss = () => leaveBy(close);
  return (
    <Modal
      visible
      header="Create product"
      closeAriaLabel="Close"
      onDismiss={dismiss}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={dismiss}>
              Cancel
            </Button>
            <Button
              variant="primary"
              form={FORM_ID}
              formAction="submit"
              loading={form.isSaving}
              disabled={!form.isChanged}
            >
              Create
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        id={FORM_ID}
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
