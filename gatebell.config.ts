import type { Configuration } from './lib/configuration.ts';

/**
 * What is deployed: `npx cdk deploy -c stage=prod`. It works as it stands, in the account and region of your credentials.
 * Your own may stand in a file of its own: `npx cdk deploy -c stage=prod -c config=my.config.ts`. What is left out has a
 * default; docs/deploy.md goes through all of it, and a mistake is answered with the key and the reason.
 */
const configuration: Configuration = {
  stages: {
    prod: {
      // A user pool of the stack's own. With an OpenID provider that you have:
      // { kind: 'openid', issuer: 'https://login.example.org', audience: ['gatebell'], administratorsGroup: 'ops', pageClientId: 'gatebell' }
      login: { kind: 'cognito' },
      // account: '111122223333', region: 'eu-central-1',
      // alarmEmail: 'ops@example.org',
      // sender: { domain: 'example.org' },
      // mailsPerSecond: 1, as long as SES is in its sandbox; else what its console says
      // domain: { name: 'gatebell.example.org', certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/…' },
      // reservedConcurrency: 300,
      // webhookHosts: ['chat.example.org'],
      logRetentionDays: 90,
      keepDataOnRemoval: true,
    },
  },
};

export default configuration;
