import type { ListedNotification } from '../api/answers.ts';
import { visible } from '../frame/words.tsx';

const GATES = { passed: 'passed', failed: 'failed', none: 'no gate' } as const;

type Titled = Pick<ListedNotification, 'name' | 'product_name' | 'from' | 'to'>;

/** What happened, the outcome first to see: "Payment service: passed → failed". Others keep their name. */
export const titleOf = ({ name, product_name, from, to }: Titled): string =>
  visible(
    from === null || to === null || product_name === null ? name : `${product_name}: ${GATES[from]} → ${GATES[to]}`,
  );

/** The same, with both sides of the arrow on one line. */
export const unbrokenTitleOf = (notification: Titled): string => titleOf(notification).replace(' → ', '\u00a0→\u00a0');
