import { join } from 'node:path';
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  HttpVersion,
  OriginRequestPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ORIGIN_HEADER } from '../core/contract.ts';
import type { Api } from './api.ts';
import type { StageConfiguration } from './configuration.ts';
import { addRecords, domainProps } from './domain.ts';
import type { SharedResources } from './gatebell-function.ts';
import type { Login } from './login.ts';
import { acknowledgeBucket, acknowledgeDistribution } from './web-acknowledgements.ts';
import { deployPage } from './web-deployment.ts';
import { securityHeaders } from './web-headers.ts';

export type WebProps = Pick<StageConfiguration, 'domain' | 'keepDataOnRemoval' | 'webAclArn'> & {
  shared: SharedResources;
  api: Api;
  originSecret: string;
  login: Login;
  /** The certificate of the domain, if the domain names none. */
  certificate?: ICertificate;
  /** The built page's folder: `index.html`, other files, and those with a hash in their names under `assets/`. */
  page: string;
};

/** Sets a property that CDK's class leaves undefined, without which a strict compiler doesn't accept it as `IBucket`. */
class FileBucket extends Bucket {
  override get isWebsite(): boolean {
    return false;
  }
}

/**
 * CloudFront keeps answers with these statuses for ten seconds, whatever their cache-control says, even where caching is disabled.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
const ERROR_STATUSES = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

/** Serves the page and the API on one origin, so that browsers can't call the API from other origins. */
export class Web extends Construct {
  readonly url: string;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: WebProps) {
    super(scope, id);
    const bucket = this.#makeBucket(props);
    const distribution = this.#distribute(bucket, props);
    this.distribution = distribution;
    deployPage(this, { ...props, bucket });
    this.url = `https://${props.domain?.name ?? distribution.distributionDomainName}`;
    if (props.domain) addRecords(this, props.domain, distribution);
  }

  #makeBucket({ keepDataOnRemoval }: WebProps): FileBucket {
    const bucket = new FileBucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // CloudFormation can't delete a bucket with files; a CDK function empties it first.
      autoDeleteObjects: !keepDataOnRemoval,
      removalPolicy: keepDataOnRemoval ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledgeBucket(bucket);
    return bucket;
  }

  #distribute(bucket: IBucket, { api, originSecret, login, domain, certificate, webAclArn }: WebProps): Distribution {
    const responseHeadersPolicy = securityHeaders(this, login.page);
    const files: BehaviorOptions = {
      // May list: S3 then says 404 of a file that is not there, and 403 otherwise. No path leads to the list itself, as
      // the function below turns every path that is no file's into the entry.
      origin: S3BucketOrigin.withOriginAccessControl(bucket, {
        originAccessControl: new S3OriginAccessControl(this, 'FilesAccess', {
          // Global to the account, as the policies are.
          originAccessControlName: `${Stack.of(this).stackName}-files-${Aws.REGION}`,
        }),
        originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      // Uses the files' cache-control headers.
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy,
    };
    const distribution = new Distribution(this, 'Distribution', {
      comment: "Gatebell's page and API",
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: { ...files, functionAssociations: [this.#answerViewsWithEntry()] },
      additionalBehaviors: {
        '/api/*': {
          origin: new HttpOrigin(api.domainName, { customHeaders: { [ORIGIN_HEADER]: originSecret } }),
          allowedMethods: AllowedMethods.ALLOW_ALL,
          // No redirect to https: a token sent over http is already exposed, so the caller must get an error.
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          compress: true,
          cachePolicy: this.#compressed(),
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          responseHeadersPolicy,
        },
        // Without the function: a missing asset must get 404 and not HTML.
        '/assets/*': files,
      },
      errorResponses: ERROR_STATUSES.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      ...(webAclArn !== undefined && { webAclId: webAclArn }),
      ...(domain && domainProps(this, domain, certificate)),
    });
    acknowledgeDistribution(distribution, { hasDomain: domain !== undefined });
    return distribution;
  }

  /**
   * Keeps nothing, as the API's answers say `no-store`. CloudFront compresses only under a policy that could keep answers, so
   * its key contains the caller's token in any case.
   */
  #compressed(): CachePolicy {
    return new CachePolicy(this, 'ApiAnswers', {
      // Names are global to the account; the default contains the stack, and not the region.
      cachePolicyName: `${Stack.of(this).stackName}-api-${Aws.REGION}`,
      comment: 'Compresses the answers of the API and keeps none',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(1),
      headerBehavior: CacheHeaderBehavior.allowList('Authorization'),
      queryStringBehavior: CacheQueryStringBehavior.all(),
      cookieBehavior: CacheCookieBehavior.none(),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  }

  #answerViewsWithEntry() {
    const edge = new EdgeFunction(this, 'AnswerWithEntry', {
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'answer-with-entry.js') }),
      comment: "Serves the page's entry for the paths of views",
    });
    return { function: edge, eventType: FunctionEventType.VIEWER_REQUEST };
  }
}
