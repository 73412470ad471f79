import type { ListedNotification } from '../api/answers.ts';
import { visible } from '../frame/words.tsx';

const GATES = { passed: 'passed', failed: 'failed', none: 'no gate' } as const;

/** What happened, the outcome first to see: "Payment service: passed → failed". Others keep their name. */
export const titleOf = ({
  name,
  product_name,
  from,
  to,
}: Pick<ListedNotification, 'name' | 'product_name' | 'from' | 'to'>): string =>
  visible(
    from === null || to === null || product_name === null ? name : `${product_name}: ${GATES[from]} → ${GATES[to]}`,
  );
