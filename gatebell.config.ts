import type { Configuration } from './lib/configuration.ts';

/**
 * Stages to deploy: `npx cdk deploy -c stage=prod`. Works as it is, in the account and region of your credentials. To use another
 * file: `npx cdk deploy -c stage=prod -c config=my.config.ts`. Omitted options have defaults; docs/deploy.md describes all of
 * them. Errors name the invalid key and the reason.
 */
const configuration: Configuration = {
  stages: {
    prod: {
      // Creates a user pool. To use an existing OpenID provider instead:
      // { kind: 'openid', issuer: 'https://login.example.org', audience: ['gatebell'], administratorsGroup: 'ops', pageClientId: 'gatebell' }
      login: { kind: 'cognito' },
      // account: '111122223333', region: 'eu-central-1',
      // alarmEmail: 'ops@example.org',
      // sender: { domain: 'example.org' },
      // mailsPerSecond: 1 while SES is in the sandbox; otherwise the send rate in its console
      // domain: { name: 'gatebell.example.org', hostedZone: { id: 'Z…', name: 'example.org' } },  with account and region, or
      // domain: { name: 'gatebell.example.org', certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/…' },
      // accountConcurrency: 10 in a new account; reservedConcurrency: 300 in one with 1,000
      // webhookHosts: ['chat.example.org'],
      // eventBuses: ['security-events'],
      logRetentionDays: 90,
      keepDataOnRemoval: true,
    },
  },
};

export default configuration;
