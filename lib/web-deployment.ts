import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import type { SharedResources } from './gatebell-function.ts';
import type { Login } from './login.ts';
import { acknowledgeDeployment } from './web-acknowledgements.ts';

export type PageDeployment = { shared: SharedResources; bucket: IBucket; page: string; login: Login };

/** For files with a content hash in their names: they never change. */
const FOR_EVER = [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()];

/** Revalidated each time; an unchanged file gets 304. */
const NEVER = [CacheControl.noCache()];

/**
 * Uploads the page to the bucket: first the files with a hash in their names, then the entry, so that no browser gets an entry
 * whose scripts are missing. Nothing is pruned, so that tabs opened before a release can still load their files.
 */
export const deployPage = (scope: Construct, { shared, bucket, page, login }: PageDeployment): void => {
  const logGroup = new LogGroup(scope, 'DeploymentLogs', {
    retention: shared.logRetention,
    removalPolicy: shared.logRemoval,
  });
  const role = new Role(scope, 'DeploymentRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const common = { destinationBucket: bucket, prune: false, role, logGroup };
  const hashed = new BucketDeployment(scope, 'HashedFiles', {
    ...common,
    sources: [Source.asset(join(page, 'assets'))],
    destinationKeyPrefix: 'assets',
    cacheControl: FOR_EVER,
  });
  // The page reads it when it starts: web/src/session/page-config.ts.
  const config = {
    issuer: login.issuer,
    client_id: login.page.clientId,
    scopes: login.page.scopes,
    authorization_parameters: login.page.authorizationParameters,
    logout_parameters: login.page.logoutParameters,
  };
  const entry = new BucketDeployment(scope, 'Entry', {
    ...common,
    sources: [Source.asset(page, { exclude: ['assets'] }), Source.jsonData('config.json', config)],
    cacheControl: NEVER,
  });
  entry.node.addDependency(hashed);
  acknowledgeDeployment(role, bucket);
};
