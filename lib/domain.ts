import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type Distribution, type DistributionProps, SecurityPolicyProtocol } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { DomainConfiguration } from './configuration.ts';

const certificateOf = (
  scope: Construct,
  { certificateArn }: DomainConfiguration,
  issued: ICertificate | undefined,
): ICertificate => {
  const certificate =
    certificateArn === undefined ? issued : Certificate.fromCertificateArn(scope, 'Certificate', certificateArn);
  if (certificate === undefined) throw new Error('The domain has no certificate');
  return certificate;
};

/** The distribution's own name; `issued` is the certificate for a domain that names none. */
export const domainProps = (
  scope: Construct,
  domain: DomainConfiguration,
  issued: ICertificate | undefined,
): Partial<DistributionProps> => ({
  domainNames: [domain.name],
  certificate: certificateOf(scope, domain, issued),
  minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
});

/** Points the domain at the distribution, if its hosted zone is known. */
export const addRecords = (
  scope: Construct,
  { name, hostedZone }: DomainConfiguration,
  distribution: Distribution,
): void => {
  if (hostedZone === undefined) return;
  const zone = HostedZone.fromHostedZoneAttributes(scope, 'Zone', {
    hostedZoneId: hostedZone.id,
    zoneName: hostedZone.name,
  });
  const record = { zone, recordName: `${name}.`, target: RecordTarget.fromAlias(new CloudFrontTarget(distribution)) };
  new ARecord(scope, 'Ipv4', record);
  new AaaaRecord(scope, 'Ipv6', record);
};
