import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compileEdgeFunction } from '../../packages/cdk-local/src/http/edge-function.ts';
import { SynthesizedStack } from './synthesized-stack.ts';

const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const synthesized = new SynthesizedStack();
const withCognito = new SynthesizedStack({
  login: { kind: 'cognito', administratorsGroup: 'administrators', machines: {} },
});
const bucket = synthesized.one('AWS::S3::Bucket', 'Web/Files');
const headers = synthesized.one('AWS::CloudFront::ResponseHeadersPolicy', 'Web/SecurityHeaders');

const Distribution = z.object({
  DistributionConfig: z.looseObject({
    Origins: z.array(z.looseObject({ Id: z.string(), DomainName: z.json() })),
    DefaultCacheBehavior: z.json(),
    CacheBehaviors: z.array(z.looseObject({ PathPattern: z.string(), TargetOriginId: z.string() })),
  }),
});
const configOf = (stack: SynthesizedStack) =>
  Distribution.parse(stack.one('AWS::CloudFront::Distribution', 'Web/Distribution').properties).DistributionConfig;
const config = configOf(synthesized);
const originOf = (domain: RegExp) =>
  config.Origins.find(({ DomainName }) => domain.test(synthesized.text(DomainName))) ?? { Id: 'none' };
const files = originOf(/^Web\/Files\.RegionalDomainName$/);
const api = originOf(/^Api\/Api\.execute-api\./);
const everyAnswer = { ResponseHeadersPolicyId: { Ref: headers.logicalId } };

describe('the bucket of the page', () => {
  test('is private, encrypted, and open to TLS alone', () => {
    expect(bucket.properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{}] },
    });
    const { PolicyDocument } = z
      .object({ PolicyDocument: z.object({ Statement: z.array(z.json()) }) })
      .parse(synthesized.one('AWS::S3::BucketPolicy', 'Web/Files/Policy').properties);
    expect(PolicyDocument.Statement).toMatchObject([
      {
        Effect: 'Deny',
        Action: 's3:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        // Listing makes S3 say 404, not 403, of a file that is not there.
        Action: ['s3:GetObject', 's3:ListBucket'],
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': {} } },
      },
    ]);
    expect(PolicyDocument.Statement).toHaveLength(2);
  });

  test('stays with its files, unless nothing is to stay', () => {
    const kept = (stack: SynthesizedStack) => stack.template.toJSON()['Resources'][bucket.logicalId]['DeletionPolicy'];
    expect(kept(synthesized)).toBe('Retain');
    const gone = new SynthesizedStack({ keepDataOnRemoval: false });
    expect(kept(gone)).toBe('Delete');
    expect(synthesized.all('Custom::S3AutoDeleteObjects')).toEqual([]);
    expect(gone.all('Custom::S3AutoDeleteObjects')).toHaveLength(1);
  });

  test('is read by signed requests of the distribution', () => {
    expect(files).toMatchObject({ OriginAccessControlId: {}, S3OriginConfig: { OriginAccessIdentity: '' } });
    const [control, ...others] = synthesized.all('AWS::CloudFront::OriginAccessControl');
    expect(others).toEqual([]);
    expect(control?.properties['OriginAccessControlConfig']).toMatchObject({ SigningBehavior: 'always' });
  });
});

describe('the distribution', () => {
  test('takes the API on the same origin: every method, nothing cached, all headers but the host', () => {
    expect(config.CacheBehaviors.find(({ PathPattern }) => PathPattern === '/api/*')).toEqual({
      PathPattern: '/api/*',
      TargetOriginId: api.Id,
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: { Ref: synthesized.one('AWS::CloudFront::CachePolicy', 'Web/ApiAnswers').logicalId },
      OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
      Compress: true,
      ...everyAnswer,
    });
    expect(api).toMatchObject({ CustomOriginConfig: { OriginProtocolPolicy: 'https-only' } });
    expect(synthesized.all('AWS::ApiGatewayV2::Api')[0]?.properties).not.toHaveProperty('CorsConfiguration');
  });

  test('takes the files from the bucket, and the entry for views alone', () => {
    const file = {
      TargetOriginId: files.Id,
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: CACHING_OPTIMIZED,
      Compress: true,
      ...everyAnswer,
    };
    const edge = synthesized.one('AWS::CloudFront::Function', 'Web/AnswerWithEntry');
    expect(config.CacheBehaviors.find(({ PathPattern }) => PathPattern === '/assets/*')).toEqual({
      PathPattern: '/assets/*',
      ...file,
    });
    expect(config.DefaultCacheBehavior).toEqual({
      ...file,
      FunctionAssociations: [
        { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': [edge.logicalId, 'FunctionARN'] } },
      ],
    });
    expect(config['DefaultRootObject']).toBe('index.html');
  });

  test('rewrites no error, and keeps none: what one caller got is not answered to another', () => {
    const statuses = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];
    expect(config['CustomErrorResponses']).toEqual(statuses.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })));
  });

  test('compresses the answers of the API, and tells callers apart by their tokens', () => {
    const policy = synthesized.one('AWS::CloudFront::CachePolicy', 'Web/ApiAnswers');
    expect(policy.properties['CachePolicyConfig']).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 1,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingBrotli: true,
        EnableAcceptEncodingGzip: true,
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization'] },
        QueryStringsConfig: { QueryStringBehavior: 'all' },
      },
    });
    expect(config.CacheBehaviors.find(({ PathPattern }) => PathPattern === '/api/*')).toMatchObject({
      Compress: true,
      CachePolicyId: { Ref: policy.logicalId },
    });
  });

  test('has a name of its own where the stage has a domain, and then takes TLS 1.2 and above alone', () => {
    const named = new SynthesizedStack({
      domain: { name: 'gatebell.example.org', certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1' },
    });
    expect(configOf(named)).toMatchObject({
      Aliases: ['gatebell.example.org'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    });
    named.template.hasOutput('WebUrl', { Value: 'https://gatebell.example.org' });
  });
});

test('the headers forbid all that the page does not need', () => {
  expect(headers.properties['ResponseHeadersPolicyConfig']).toMatchObject({
    SecurityHeadersConfig: {
      ContentSecurityPolicy: {
        ContentSecurityPolicy: [
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' data:",
          "font-src 'self'",
          "connect-src 'self' https://login.example.org",
          "manifest-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'",
        ].join('; '),
        Override: true,
      },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000, IncludeSubdomains: true, Override: true },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
    },
  });
});

test('the page may call the login of the stack itself', () => {
  const { properties } = withCognito.one('AWS::CloudFront::ResponseHeadersPolicy', 'Web/SecurityHeaders');
  expect(JSON.stringify(properties)).toMatch(
    /connect-src 'self' https:\/\/cognito-idp\..*\.auth\..*amazoncognito\.com/,
  );
});

describe('the deployment of the page', () => {
  const hashed = synthesized.one('Custom::CDKBucketDeployment', 'Web/HashedFiles/CustomResource');
  const entry = synthesized.one('Custom::CDKBucketDeployment', 'Web/Entry/CustomResource');

  test('caches hashed files forever, former ones included, and revalidates all others', () => {
    expect(hashed.properties).toMatchObject({
      DestinationBucketName: { Ref: bucket.logicalId },
      DestinationBucketKeyPrefix: 'assets',
      Prune: false,
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
    expect(entry.properties).toMatchObject({
      DestinationBucketName: { Ref: bucket.logicalId },
      Prune: false,
      SystemMetadata: { 'cache-control': 'no-cache' },
    });
    expect(entry.properties).not.toHaveProperty('DestinationBucketKeyPrefix');
  });

  test('has nothing to fill in but what only a deployment knows', () => {
    expect(entry.properties).not.toHaveProperty('SourceMarkers');
    const { properties } = withCognito.one('Custom::CDKBucketDeployment', 'Web/Entry/CustomResource');
    // The issuer and the client id, twice: the logout names it, too.
    expect(JSON.stringify(properties['SourceMarkers'])).toMatch(/Login\w*Users.*Login\w*Page/);
  });

  test('puts the entry there last', () => {
    synthesized.template.hasResource('Custom::CDKBucketDeployment', {
      Properties: { SystemMetadata: { 'cache-control': 'no-cache' } },
      DependsOn: Match.arrayWith([hashed.logicalId]),
    });
  });
});

describe('the function at the edge', () => {
  const code = readFileSync(join(import.meta.dirname, '../../lib/answer-with-entry.js'), 'utf8');
  const answer = compileEdgeFunction(code);

  test.each(['/', '/products', '/products/0199-ab', '/notifications/', '/callback', '/a.b/c', '//', '/../x'])(
    'answers %s with the entry',
    (uri) => expect(answer({ method: 'GET', uri })).toBe('/index.html'),
  );
  test.each(['/index.html', '/config.json', '/favicon.svg', '/.well-known/security.txt', '/deep/file.js'])(
    'leaves %s alone',
    (uri) => expect(answer({ method: 'GET', uri })).toBe(uri),
  );
  test('is small enough for CloudFront', () => expect(Buffer.byteLength(code)).toBeLessThan(10_240));
});

describe('requests to the API', () => {
  const secret = { 'Fn::GetAtt': [synthesized.one('Custom::AWS', 'OriginSecret/Value1').logicalId, 'RandomPassword'] };

  test('carry the origin secret, which every API function knows and no other', () => {
    expect(api).toMatchObject({
      OriginCustomHeaders: [{ HeaderName: 'x-origin-secret', HeaderValue: secret }],
    });
    const knowing = synthesized
      .functions()
      .filter(({ properties }) => JSON.stringify(properties).includes('ORIGIN_SECRET'));
    expect(knowing.map(({ name }) => name).filter((name) => !name.startsWith('Api/'))).toEqual([]);
    expect(knowing).toHaveLength(6);
    for (const { properties } of knowing) {
      expect(properties['Environment']).toMatchObject({ Variables: { ORIGIN_SECRET: secret } });
    }
  });

  test('the secret is made by Secrets Manager, is in no log and no output, and changes with its version', () => {
    const { properties } = synthesized.one('Custom::AWS', 'OriginSecret/Value1');
    expect(JSON.parse(String(properties['Create']))).toMatchObject({
      service: 'SecretsManager',
      action: 'getRandomPassword',
      parameters: { PasswordLength: 48 },
      logApiResponseData: false,
    });
    expect(JSON.stringify(synthesized.template.toJSON()['Outputs'])).not.toContain('RandomPassword');
    // Else the functions' alias would still lead to the versions that have the former secret.
    const versionsOf = (stack: SynthesizedStack) =>
      stack
        .all('AWS::Lambda::Version')
        .filter(({ name }) => name.startsWith('Api/'))
        .map(({ logicalId }) => logicalId);
    const replaced = versionsOf(new SynthesizedStack({ originSecretVersion: 2 }));
    expect(replaced).toHaveLength(6);
    expect(replaced.filter((id) => versionsOf(synthesized).includes(id))).toEqual([]);
  });

  test('can be guarded by a web ACL, and no address past it is an output', () => {
    const webAclArn =
      'arn:aws:wafv2:us-east-1:111122223333:global/webacl/gatebell/00000000-0000-0000-0000-000000000000';
    expect(configOf(new SynthesizedStack({ webAclArn }))).toMatchObject({ WebACLId: webAclArn });
    expect(config).not.toHaveProperty('WebACLId');
    expect(JSON.stringify(synthesized.template.toJSON()['Outputs'])).not.toContain('execute-api');
  });
});
