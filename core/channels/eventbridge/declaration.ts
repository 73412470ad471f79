import type { Declaration } from '../declaration.ts';

/** An event bus of the account, for rules that start whatever AWS can start. */
export const eventbridge = {
  name: 'eventbridge',
  label: 'EventBridge',
  field: { kind: 'bus', wire: 'eventbridge', placeholder: 'security-events' },
  interval: 'none',
  grant: 'event-buses',
} as const satisfies Declaration;
