import { channelOf } from '../../../core/channels/channels.ts';
import type { Delivery } from '../api/answers.ts';
import { formatNumber } from '../frame/number.ts';

/** What needs attention comes first. */
const ORDER = ['failed', 'retrying', 'pending', 'skipped', 'sent'] as const satisfies Delivery['status'][];

/** Each status as the page names it. */
export const STATUS_NAMES = {
  failed: 'Failed',
  retrying: 'Trying again',
  pending: 'Pending',
  skipped: 'Skipped',
  sent: 'Sent',
} as const satisfies Record<Delivery['status'], string>;

const NAMES = new Intl.Collator('en', { numeric: true });

const compare = (a: Delivery, b: Delivery): number =>
  ORDER.indexOf(a.status) - ORDER.indexOf(b.status) ||
  NAMES.compare(channelOf(a.channel).label, channelOf(b.channel).label) ||
  NAMES.compare(a.target, b.target);

/** Deliveries by status, failed ones first, then by channel and target. */
export const inOrder = (deliveries: readonly Delivery[]): Delivery[] => deliveries.toSorted(compare);

/** How many deliveries have each status: "1 failed · 1,050 sent". */
export const summaryOf = (deliveries: readonly Pick<Delivery, 'status'>[]): string =>
  ORDER.flatMap((status) => {
    const count = deliveries.filter((delivery) => delivery.status === status).length;
    return count === 0 ? [] : [`${formatNumber(count)} ${STATUS_NAMES[status].toLowerCase()}`];
  }).join(' · ');
