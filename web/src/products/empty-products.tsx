import Button from '@cloudscape-design/components/button';
import { useCaller } from '../api/api-context.ts';
import { EmptyMessage } from '../frame/empty-message.tsx';

type EmptyProps = { readonly isFiltered: boolean; readonly clear: () => void; readonly create: () => void };

const NOT_MEMBER = {
  title: "You aren't a member of any product",
  text: 'Create one, or ask the owner of a product to make you a member.',
};
// Administrators see all products.
const NONE = { title: 'No products yet', text: 'Create the first one. Its owners add members and channels.' };
const NO_MATCH = { title: 'No products match', text: 'The filter hides all products that you can access.' };

/** Why the list is empty, and what to do next. */
export const EmptyProducts = ({ isFiltered, clear, create }: EmptyProps) => {
  const { is_administrator } = useCaller();
  const message = isFiltered ? NO_MATCH : is_administrator ? NONE : NOT_MEMBER;
  return (
    <EmptyMessage {...message}>
      {isFiltered ? <Button onClick={clear}>Clear filter</Button> : <Button onClick={create}>Create product</Button>}
    </EmptyMessage>
  );
};
