import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ListedProduct } from '../api/answers.ts';
import { Ago, useNow } from '../frame/time.tsx';
import { staleSince } from './stale-since.ts';

/** A mark for a product whose report of counts is overdue: its gate may be out of date. */
export const StaleReport = ({ product }: { readonly product: ListedProduct }) => {
  const since = staleSince(product, useNow());
  if (since === null) return null;
  return (
    <StatusIndicator type="warning">
      Report overdue since <Ago iso={since} />
    </StatusIndicator>
  );
};
