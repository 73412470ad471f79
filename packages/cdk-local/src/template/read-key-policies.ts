import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const listSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const statementSchema = z.object({
  Effect: z.literal('Allow'),
  Action: listSchema,
  Principal: z.object({ AWS: listSchema.default([]) }),
  Condition: z.unknown().optional(),
});
const keySchema = z.object({ KeyPolicy: z.object({ Statement: z.array(statementSchema) }) });

/** Whether the policy of a key names a role for an action. */
export type KeyAllows = (use: {
  readonly keyArn: string;
  readonly roleArn: string;
  readonly action: string;
}) => boolean;

/** Reads the principals in the keys' policies. Statements with conditions allow services, not roles. */
export const readKeyPolicies = (stack: ResolvedStack): KeyAllows => {
  const policies = new Map(
    resourcesOf(stack, ['AWS::KMS::Key'], keySchema).map(({ attributes, parsed }) => [
      attributes['Arn'],
      parsed.KeyPolicy.Statement.filter(({ Condition }) => Condition === undefined),
    ]),
  );
  return ({ keyArn, roleArn, action }) =>
    policies.get(keyArn)?.some(({ Action, Principal }) => Action.includes(action) && Principal.AWS.includes(roleArn)) ??
    false;
};
