import type { Declaration } from '../declaration.ts';

/** Webhooks of Teams' Workflows (Power Automate), as made since the Office 365 connectors were retired. */
export const ms_teams = {
  name: 'ms_teams',
  label: 'Microsoft Teams',
  field: {
    kind: 'webhook',
    wire: 'ms_teams_webhook',
    placeholder: 'https://….environment.api.powerplatform.com/…',
    hosts: ['*.environment.api.powerplatform.com', '*.api.powerautomate.com', '*.flow.microsoft.com'],
    rules: [{ kind: 'required-parameter', name: 'sig', reason: 'must be copied whole: its parameter sig is missing' }],
  },
  interval: 'webhook',
  grant: 'none',
} as const satisfies Declaration;
