import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Opts a construct, and all in it, out of rules of the policy checks: the rule's id, and why it is not followed. */
export const acknowledge = (iConstruct: IConstruct, reasons: Readonly<Record<string, string>>): void => {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(iConstruct).acknowledge({ id, reason });
};
