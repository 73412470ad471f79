import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';

type EmptyProps = { readonly isFiltered: boolean; readonly clear: () => void; readonly create: () => void };

/** Why the list is empty, and what to do next. */
export const EmptyProducts = ({ isFiltered, clear, create }: EmptyProps) => (
  <Box textAlign="center" padding="l">
    <SpaceBetween size="s">
      <Box variant="strong">{isFiltered ? 'No products match' : "You aren't a member of any product"}</Box>
      <Box color="text-body-secondary">
        {isFiltered
          ? 'The filter hides all products that you can access.'
          : 'Create one, or ask the owner of a product to make you a member.'}
      </Box>
      {isFiltered ? <Button onClick={clear}>Clear filter</Button> : <Button onClick={create}>Create product</Button>}
    </SpaceBetween>
  </Box>
);
