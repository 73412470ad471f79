import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Exempts a construct and its children from rules of the policy checks. Each rule's id comes with the reason. */
export const acknowledge = (iConstruct: IConstruct, reasons: Readonly<Record<string, string>>): void => {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(iConstruct).acknowledge({ id, reason });
};
