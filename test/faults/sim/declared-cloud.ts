import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { GatebellStack } from '../../../lib/gatebell-stack.ts';
import { type Declared, readDeclared } from '../../../local/declared.ts';
import { synthesize } from '../../../local/synthesize.ts';

/**
 * What the template declares: tables, queues, mappings with their filters and retries, time limits, environments. Nothing
 * of it is written twice, so what the simulation runs is wired as what is deployed.
 */
export const declareCloud = (): Declared => {
  const directory = mkdtempSync(join(tmpdir(), 'gatebell-faults-'));
  writeFileSync(join(directory, 'index.mjs'), '');
  try {
    const assembly = synthesize(
      (app) =>
        new GatebellStack(app, 'gatebell-faults', {
          stage: 'faults',
          issuer: 'https://login.test',
          audience: ['gatebell'],
          userClaim: 'sub',
          groupsClaim: 'groups',
          administratorsGroup: 'administrators',
          webhookHosts: [],
          logRetentionDays: RetentionDays.ONE_WEEK,
          // The simulation has bundles of its own.
          bundle: () => Code.fromAsset(directory),
        }),
    );
    rmSync(assembly.directory, { recursive: true, force: true });
    return readDeclared(assembly, 'https://sqs.test');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
