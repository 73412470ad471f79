import type { App } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { GatebellStack } from '../lib/gatebell-stack.ts';
import type { LocalOrigins } from '../packages/cdk-local/src/stack.ts';
import { SIGN_IN } from './people.ts';

/** The stage that runs on one machine; those that are deployed are in gatebell.config.ts. */
export const defineLocalStage =
  ({ restoredTableStream }: { readonly restoredTableStream?: string | undefined } = {}) =>
  ({ issuer, receiver }: LocalOrigins) =>
  (app: App): GatebellStack =>
    new GatebellStack(app, 'gatebell-local', {
      stage: 'local',
      login: {
        kind: 'openid',
        issuer,
        audience: [SIGN_IN.audience],
        userClaim: 'sub',
        // As a user pool does, which is what most deploy.
        userNamesIgnoreCase: true,
        groupsClaim: 'groups',
        administratorsGroup: SIGN_IN.administratorsGroup,
        resourceServer: '',
        pageClientId: SIGN_IN.pageClientId,
        pageScopes: ['openid'],
        authorizationParameters: {},
        origins: [],
      },
      keepDataOnRemoval: false,
      restoredTableStream,
      accountConcurrency: 1000,
      originSecretVersion: 1,
      webhookHosts: [],
      eventBuses: ['security-events'],
      localWebhookOrigin: receiver,
      mailsPerSecond: 14,
      // Short, so that what a visitor tries arrives at once.
      targetIntervals: { webhookSeconds: 1, emailSeconds: 1 },
      logRetentionDays: RetentionDays.ONE_WEEK,
    });
