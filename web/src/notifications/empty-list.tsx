import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { navigate, urlOf } from '../frame/route.ts';
import { FILTER_KEYS, filterOf, hidesViewed, queryOf } from './filter.ts';

type EmptyProps = { readonly query: URLSearchParams };

const go = (query: URLSearchParams): void => navigate(urlOf(['notifications'], query));

/** Why the list is empty, and what to do next. */
export const EmptyList = ({ query }: EmptyProps) => {
  const filter = filterOf(query);
  const isFiltered = FILTER_KEYS.some((key) => filter[key] !== '');
  const isHiding = hidesViewed(query);
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="strong">
          {isFiltered ? 'No matches' : isHiding ? 'No new notifications' : 'No notifications yet'}
        </Box>
        <Box color="text-body-secondary">
          {isFiltered && 'No notification that you can access matches the filter.'}
          {!isFiltered && isHiding && 'You have viewed all notifications. New ones appear here automatically.'}
          {!isFiltered &&
            !isHiding &&
            'A notification appears here when the security gate of one of your products changes.'}
        </Box>
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          {isFiltered && <Button onClick={() => go(queryOf({}, isHiding))}>Clear filter</Button>}
          {isHiding && <Button onClick={() => go(queryOf(filter, false))}>Show viewed</Button>}
          {!isFiltered && !isHiding && <Button onClick={() => navigate('/products')}>Go to products</Button>}
        </SpaceBetween>
      </SpaceBetween>
    </Box>
  );
};
