import type { Configuration } from '../../lib/configuration.ts';

const machines = { ci: { reportsExceptions: false }, importer: { reportsExceptions: true } };
const openid = {
  kind: 'openid' as const,
  issuer: 'https://login.example.org',
  audience: ['gatebell'],
  administratorsGroup: 'ops',
  pageClientId: 'gatebell',
};

/** Stages that together have every resource and every property that a configuration can bring. */
const configuration: Configuration = {
  stages: {
    plain: { login: { kind: 'cognito' } },
    openid: { login: { ...openid, resourceServer: 'api://gatebell', origins: ['https://token.example.org'] } },
    disposable: {
      login: { kind: 'cognito', machines },
      keepDataOnRemoval: false,
      sender: { address: 'bell@example.org' },
      accountConcurrency: 10,
    },
    everything: {
      account: '111122223333',
      region: 'eu-central-1',
      login: { kind: 'cognito', machines, domainPrefix: 'gatebell-verify' },
      alarmEmail: 'ops@example.org',
      sender: { domain: 'example.org' },
      mailsPerSecond: 1,
      domain: {
        name: 'gatebell.example.org',
        certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
      },
      webhookHosts: ['chat.example.org', '*.example.net'],
      reservedConcurrency: 300,
      webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/gatebell/00000000-0000-0000-0000-000000000000',
      dispatcherConcurrency: 5,
      logRetentionDays: 365,
    },
    zoned: {
      account: '111122223333',
      region: 'eu-central-1',
      login: openid,
      domain: { name: 'gatebell.example.org', hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.org' } },
    },
    restored: {
      login: openid,
      restoredTableStream:
        'arn:aws:dynamodb:eu-central-1:111122223333:table/gatebell-restored/stream/2026-11-24T09:30:00.000',
    },
  },
};

export default configuration;
