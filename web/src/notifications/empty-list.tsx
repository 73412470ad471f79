import Button from '@cloudscape-design/components/button';
import type { ListedNotification, Page } from '../api/answers.ts';
import { useLive } from '../api/use-live.ts';
import { EmptyMessage } from '../frame/empty-message.tsx';
import { navigate, urlOf } from '../frame/route.ts';
import { FILTER_KEYS, filterOf, hidesViewed, queryOf } from './filter.ts';

type EmptyProps = { readonly query: URLSearchParams };

const go = (query: URLSearchParams): void => navigate(urlOf(['notifications'], query));

/** Any notification, viewed ones included. */
const ANY = '/notifications?limit=1&exclude_already_viewed=false';
const EVERY_MS = 60_000;

/** Whether the reader has notifications at all; undefined until known. `isAsked` is false if it makes no difference. */
const useHasAny = (isAsked: boolean): boolean | undefined => {
  const { body } = useLive<Page<ListedNotification>>(isAsked ? ANY : null, EVERY_MS);
  return body && (body.results.length > 0 || body.next !== null);
};

/** Why the list is empty, and what to do next. */
export const EmptyList = ({ query }: EmptyProps) => {
  const filter = filterOf(query);
  const isFiltered = FILTER_KEYS.some((key) => filter[key] !== '');
  const isHiding = hidesViewed(query);
  const hasAny = useHasAny(isHiding && !isFiltered);
  const showViewed = <Button onClick={() => go(queryOf(filter, false))}>Show viewed</Button>;
  if (isFiltered)
    return (
      <EmptyMessage title="No matches" text="No notification that you can access matches the filter.">
        <Button onClick={() => go(queryOf({}, isHiding))}>Clear filter</Button>
        {isHiding && showViewed}
      </EmptyMessage>
    );
  if (isHiding && hasAny !== false)
    return (
      <EmptyMessage
        title="No new notifications"
        text={`${hasAny ? 'You have viewed all notifications. ' : ''}New ones appear here automatically.`}
      >
        {showViewed}
      </EmptyMessage>
    );
  return (
    <EmptyMessage
      title="No notifications yet"
      text="A notification appears here when the security gate of one of your products changes."
    >
      <Button onClick={() => navigate('/products')}>Go to products</Button>
    </EmptyMessage>
  );
};
