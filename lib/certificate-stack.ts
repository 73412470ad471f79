import { Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { DomainConfiguration } from './configuration.ts';

export type CertificateStackProps = StackProps & {
  domainName: string;
  hostedZone: NonNullable<DomainConfiguration['hostedZone']>;
};

/**
 * A stage's certificate, which ACM validates and renews by a record in the hosted zone. A stack of its own, because CloudFront
 * takes certificates of us-east-1 only.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
 */
export class CertificateStack extends Stack {
  readonly certificate: ICertificate;

  constructor(scope: Construct, id: string, { domainName, hostedZone, ...props }: CertificateStackProps) {
    super(scope, id, props);
    const { id: hostedZoneId, name: zoneName } = hostedZone;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    this.certificate = new Certificate(this, 'Certificate', {
      domainName,
      validation: CertificateValidation.fromDns(zone),
    });
  }
}
