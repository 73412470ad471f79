import { RemovalPolicy } from 'aws-cdk-lib';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { SenderConfiguration } from './configuration.ts';

export type SenderProps = { readonly sender: SenderConfiguration; readonly keepDataOnRemoval: boolean };

/** The SES identity: a domain, verified by three DNS records, or an address, verified by an email to it. */
export class Sender extends Construct {
  /** An address that can be used as `email_from`. */
  readonly from: string;
  readonly isDomain: boolean;
  /** The DKIM records of a domain. */
  readonly outputs: Record<string, string>;

  constructor(scope: Construct, id: string, { sender, keepDataOnRemoval }: SenderProps) {
    super(scope, id);
    const isDomain = 'domain' in sender;
    this.isDomain = isDomain;
    const identity = new EmailIdentity(this, 'Identity', {
      identity: isDomain ? Identity.domain(sender.domain) : Identity.email(sender.address),
    });
    // Other applications may send from it by now. One that existed before is never in a stack: CloudFormation refuses it.
    identity.applyRemovalPolicy(keepDataOnRemoval ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY);
    this.from = isDomain ? `gatebell@${sender.domain}` : sender.address;
    const records = isDomain ? identity.dkimRecords.map(({ name, value }) => `${name} CNAME ${value}`) : [];
    this.outputs = Object.fromEntries(records.map((record, index) => [`SenderDkim${index + 1}`, record]));
  }
}
