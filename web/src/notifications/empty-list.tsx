import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { navigate, urlOf } from '../frame/route.ts';
import { FILTER_KEYS, filterOf, hidesViewed, queryOf } from './filter.ts';

type EmptyProps = { readonly query: URLSearchParams };

const go = (query: URLSearchParams): void => navigate(urlOf(['notifications'], query));

/** Why there is nothing to see, and what to do next. */
export const EmptyList = ({ query }: EmptyProps) => {
  const filter = filterOf(query);
  const isFiltered = FILTER_KEYS.some((key) => filter[key] !== '');
  const isHiding = hidesViewed(query);
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="strong">{isFiltered ? 'Nothing matches' : isHiding ? 'Nothing new' : 'No notifications yet'}</Box>
        <Box color="text-body-secondary">
          {isFiltered && 'No notification that you may see matches the filter.'}
          {!isFiltered && isHiding && 'You have viewed every notification. New ones appear here by themselves.'}
          {!isFiltered && !isHiding && 'When the security gate of one of your products changes, it is told here.'}
        </Box>
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          {isFiltered && <Button onClick={() => go(queryOf({}, isHiding))}>Clear filter</Button>}
          {isHiding && <Button onClick={() => go(queryOf(filter, false))}>Show viewed ones</Button>}
          {!isFiltered && !isHiding && <Button onClick={() => navigate('/products')}>Go to the products</Button>}
        </SpaceBetween>
      </SpaceBetween>
    </Box>
  );
};
