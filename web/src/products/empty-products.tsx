import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCaller } from '../api/api-context.ts';

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
  const { title, text } = isFiltered ? NO_MATCH : is_administrator ? NONE : NOT_MEMBER;
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="strong">{title}</Box>
        <Box color="text-body-secondary">{text}</Box>
        {isFiltered ? <Button onClick={clear}>Clear filter</Button> : <Button onClick={create}>Create product</Button>}
      </SpaceBetween>
    </Box>
  );
};
