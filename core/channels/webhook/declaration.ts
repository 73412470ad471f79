import type { Declaration } from '../declaration.ts';

/** Any receiver of signed events (standardwebhooks.com), on a host that the stage's configuration allows. */
export const webhook = {
  name: 'webhook',
  label: 'Signed webhook',
  field: {
    kind: 'signed_webhook',
    wire: 'webhook',
    placeholder: 'https://gatebell-events.example.com/…',
    hosts: [],
    rules: [],
  },
  interval: 'webhook',
  grant: 'none',
} as const satisfies Declaration;
