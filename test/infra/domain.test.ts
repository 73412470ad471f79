import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../lib/configuration.ts';
import { addStage } from '../../lib/stage.ts';
import { emptyBundle, FIXTURE_PAGE, SynthesizedStack } from './synthesized-stack.ts';

const NAME = 'gatebell.example.org';
const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/1';
const ZONE = { id: 'Z0123456789ABCDEFGHIJ', name: 'example.org' };

const withDomain = (domain: object, region = 'eu-central-1') => {
  const login = { kind: 'cognito' };
  const stage = { login, account: '111122223333', region, domain: { name: NAME, ...domain } };
  const { test } = readConfiguration({ stages: { test: stage } }, 'my.config.ts');
  if (test === undefined) throw new Error('There is no stage');
  const app = new App({ context: { 'aws:cdk:disable-asset-staging': true } });
  const stack = addStage(app, 'test', test, { bundle: emptyBundle, page: FIXTURE_PAGE });
  const others = app.node.children.filter((child) => child instanceof Stack && child !== stack);
  return { app, stack, template: Template.fromStack(stack), certificates: others };
};

const recordsOf = (template: Template) =>
  Object.values(template.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => Properties);

describe('a domain whose DNS is elsewhere', () => {
  const stack = new SynthesizedStack({ domain: { name: NAME, certificateArn: CERTIFICATE } });

  it('is the page, with the certificate that is named', () => {
    expect(stack.template.toJSON()['Outputs']['WebUrl']).toEqual({ Value: `https://${NAME}` });
    expect(stack.all('AWS::CloudFront::Distribution')[0]?.properties['DistributionConfig']).toMatchObject({
      Aliases: [NAME],
      ViewerCertificate: { AcmCertificateArn: CERTIFICATE },
    });
    expect(stack.all('AWS::Route53::RecordSet')).toEqual([]);
  });

  it('has its target in the outputs, and pointing it there is the first step', () => {
    const { DistributionDomainName, NextStep1 } = stack.template.toJSON()['Outputs'];
    expect(stack.text(DistributionDomainName.Value)).toBe('Web/Distribution.DomainName');
    expect(stack.text(NextStep1.Value)).toContain(`Point ${NAME} to Web/Distribution.DomainName`);
  });
});

describe('a domain in a hosted zone', () => {
  const { app, stack, template, certificates } = withDomain({ hostedZone: ZONE });
  const [certificate] = certificates;

  it('points to the distribution, by IPv4 and IPv6', () => {
    expect(recordsOf(template)).toMatchObject(
      ['A', 'AAAA'].map((Type) => ({
        Type,
        Name: `${NAME}.`,
        HostedZoneId: ZONE.id,
        AliasTarget: { DNSName: { 'Fn::GetAtt': [expect.stringMatching(/^WebDistribution/), 'DomainName'] } },
      })),
    );
    expect(JSON.stringify(template.toJSON()['Outputs']['NextStep1'])).not.toContain('DNS');
  });

  it('gets a certificate of us-east-1 that ACM validates in the zone, in a stack that is deployed first', () => {
    expect(certificate).toBeInstanceOf(Stack);
    if (!(certificate instanceof Stack)) return;
    expect(certificate).toMatchObject({ stackName: 'gatebell-test-certificate', region: 'us-east-1' });
    Template.fromStack(certificate).hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: NAME,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: NAME, HostedZoneId: ZONE.id }],
    });
    expect(stack.dependencies).toEqual([certificate]);
  });

  it('passes the policy checks in both stacks', () => {
    const found = [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap(
      (pack) => pack.validateScope(app).violations,
    );
    expect(found.map(({ ruleName, violatingResources }) => ({ ruleName, violatingResources }))).toEqual([]);
  });

  it('needs no second stack with a certificate of its own', () => {
    const own = withDomain({ hostedZone: ZONE, certificateArn: CERTIFICATE });
    expect(own.certificates).toEqual([]);
    expect(recordsOf(own.template)).toHaveLength(2);
  });
});
