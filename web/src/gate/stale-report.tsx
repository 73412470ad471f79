import type { ListedProduct } from '../api/answers.ts';
import { Status } from '../frame/status.tsx';
import { Ago, useNow } from '../frame/time.tsx';
import { staleSince } from './stale-since.ts';

/** A mark for a product whose report of counts is overdue: its gate may be out of date. */
export const StaleReport = ({ product }: { readonly product: ListedProduct }) => {
  const since = staleSince(product, useNow());
  if (since === null) return null;
  return (
    <Status type="warning">
      Report overdue: due <Ago iso={since} />
    </Status>
  );
};
