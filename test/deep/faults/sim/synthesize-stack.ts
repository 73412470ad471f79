import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { GatebellStack } from '../../../../lib/gatebell-stack.ts';
import { cdkContext } from '../../../../local/cdk-context.ts';
import { type Synthesized, synthesize } from '../../../../packages/cdk-local/src/synthesize.ts';

/**
 * The template, with what it declares of tables, queues, mappings with their filters and retries, time limits and
 * environments. Nothing of it is written twice, so what the simulation runs is wired as what is deployed; only the code of
 * the functions is empty, as the simulation has bundles of its own.
 */
export const synthesizeStack = (): Synthesized => {
  const directory = mkdtempSync(join(tmpdir(), 'gatebell-no-code-'));
  writeFileSync(join(directory, 'index.mjs'), '');
  try {
    return synthesize(
      (app) =>
        new GatebellStack(app, 'gatebell-faults', {
          stage: 'faults',
          login: {
            kind: 'openid',
            issuer: 'https://login.test',
            audience: ['gatebell'],
            userClaim: 'sub',
            userNamesIgnoreCase: false,
            groupsClaim: 'groups',
            administratorsGroup: 'administrators',
            resourceServer: '',
            pageClientId: 'gatebell-page',
            pageScopes: [],
            authorizationParameters: {},
            origins: [],
          },
          keepDataOnRemoval: false,
          accountConcurrency: 1000,
          originSecretVersion: 1,
          eventBuses: [],
          webhookHosts: [],
          mailsPerSecond: 14,
          targetIntervals: { webhookSeconds: 10, emailSeconds: 60 },
          logRetentionDays: RetentionDays.ONE_WEEK,
          bundle: () => Code.fromAsset(directory),
          page: join(import.meta.dirname, '..', '..', '..', 'fixtures', 'page'),
        }),
      cdkContext(),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
};
