import type { Declaration } from '../declaration.ts';

/** Incoming webhooks (api.slack.com, "Sending messages using incoming webhooks"), those of Slack for government too. */
export const slack = {
  name: 'slack',
  label: 'Slack',
  field: {
    kind: 'webhook',
    wire: 'slack_webhook',
    placeholder: 'https://hooks.slack.com/services/…',
    hosts: ['hooks.slack.com', 'hooks.slack-gov.com'],
    rules: [
      {
        kind: 'refused-path',
        path: /^\/+(?:triggers|workflows)\//i,
        reason: 'must be an incoming webhook (/services/…), not one of Workflow Builder',
      },
    ],
  },
  interval: 'webhook',
  grant: 'none',
} as const satisfies Declaration;
