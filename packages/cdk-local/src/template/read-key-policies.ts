import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const listSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));
/** The condition that roles are named in, as far as it is understood here. */
const rolesSchema = z.strictObject({ ArnEquals: z.strictObject({ 'aws:PrincipalArn': listSchema }) });
const statementSchema = z.object({
  Effect: z.literal('Allow'),
  Action: listSchema,
  Principal: z.object({ AWS: listSchema.default([]) }),
  Condition: z.unknown().optional(),
});
type Statement = z.output<typeof statementSchema>;
const keySchema = z.object({ KeyPolicy: z.object({ Statement: z.array(statementSchema) }) });

/** Whether the policy of a key lets a role do an action, or leaves that to the role's own policy. */
export type KeyAllows = (use: {
  readonly keyArn: string;
  readonly roleArn: string;
  readonly action: string;
}) => boolean;

/**
 * The account as a principal means each of its roles whose own policy allows the action.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
const isMeant = ({ Principal, Condition }: Statement, roleArn: string): boolean => {
  const account = roleArn.replace(/:role\/.*$/, ':root');
  if (!Principal.AWS.includes(roleArn) && !Principal.AWS.includes(account)) return false;
  if (Condition === undefined) return true;
  const roles = rolesSchema.safeParse(Condition);
  return roles.success && roles.data.ArnEquals['aws:PrincipalArn'].includes(roleArn);
};

/** Reads whom the keys' policies let in. Statements with other conditions are for services, not roles. */
export const readKeyPolicies = (stack: ResolvedStack): KeyAllows => {
  const policies = new Map(
    resourcesOf(stack, ['AWS::KMS::Key'], keySchema).map(({ attributes, parsed }) => [
      attributes['Arn'],
      parsed.KeyPolicy.Statement,
    ]),
  );
  return ({ keyArn, roleArn, action }) =>
    policies.get(keyArn)?.some((statement) => statement.Action.includes(action) && isMeant(statement, roleArn)) ??
    false;
};
