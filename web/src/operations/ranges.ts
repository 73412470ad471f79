import { formatNumber } from '../frame/number.ts';

const HOUR_MS = 3_600_000;

/** Ranges of time to choose from; null: all. */
export const RANGES = [
  { value: 'hour', label: 'Last hour', ms: HOUR_MS },
  { value: 'day', label: 'Last 24 hours', ms: 24 * HOUR_MS },
  { value: 'week', label: 'Last 7 days', ms: 7 * 24 * HOUR_MS },
  { value: 'all', label: 'All', ms: null },
] as const;

export type Range = (typeof RANGES)[number];

/** The range that shows first. */
export const FIRST_RANGE: Range = RANGES[2];

/** When a range begins. The first moment stands for all. */
export const sinceOf = ({ ms }: Range, nowMs: number): string => new Date(ms === null ? 0 : nowMs - ms).toISOString();

/** How many deliveries are sent again. */
export const queuedText = (queued: number): string =>
  queued === 0
    ? 'No failed delivery is left in this time range.'
    : `${queued === 1 ? '1 delivery' : `${formatNumber(queued)} deliveries`} queued to be sent again.`;
