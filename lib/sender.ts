import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { SenderConfiguration } from './configuration.ts';

/** What SES is asked to verify: a domain, by three records that its owner adds, or one address, by a mail to it. */
export class Sender extends Construct {
  /** An address that may then be set as `email_from`. */
  readonly from: string;
  readonly isDomain: boolean;
  /** The DNS records by which SES verifies a domain, and receivers its DKIM signatures. */
  readonly outputs: Record<string, string>;

  constructor(scope: Construct, id: string, sender: SenderConfiguration) {
    super(scope, id);
    const isDomain = 'domain' in sender;
    this.isDomain = isDomain;
    const identity = new EmailIdentity(this, 'Identity', {
      identity: isDomain ? Identity.domain(sender.domain) : Identity.email(sender.address),
    });
    this.from = isDomain ? `gatebell@${sender.domain}` : sender.address;
    const records = isDomain ? identity.dkimRecords.map(({ name, value }) => `${name} CNAME ${value}`) : [];
    this.outputs = Object.fromEntries(records.map((record, index) => [`SenderDkim${index + 1}`, record]));
  }
}
