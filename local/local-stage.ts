import type { App } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { GatebellStack } from '../lib/gatebell-stack.ts';
import { ADMINISTRATORS_GROUP, AUDIENCE, WEB_CLIENT_ID } from './login/users.ts';

/** Addresses that only the running stack knows. */
export type LocalOrigins = { issuer: string; receiver: string };

/** The stage that runs on one machine; those that are deployed are in gatebell.config.ts. */
export const defineLocalStage =
  ({ issuer, receiver }: LocalOrigins) =>
  (app: App): GatebellStack =>
    new GatebellStack(app, 'gatebell-local', {
      stage: 'local',
      login: {
        kind: 'openid',
        issuer,
        audience: [AUDIENCE],
        userClaim: 'sub',
        // As a user pool does, which is what most deploy.
        userNamesIgnoreCase: true,
        groupsClaim: 'groups',
        administratorsGroup: ADMINISTRATORS_GROUP,
        resourceServer: '',
        pageClientId: WEB_CLIENT_ID,
        pageScopes: ['openid'],
        authorizationParameters: {},
        origins: [],
      },
      keepDataOnRemoval: false,
      dispatcherConcurrency: 50,
      webhookHosts: [],
      localWebhookOrigin: receiver,
      mailsPerSecond: 14,
      logRetentionDays: RetentionDays.ONE_WEEK,
    });
