import type { Grants } from './aws-proxy/grants.ts';
import { grantsFor, type Statement } from './aws-proxy/policy.ts';
import type { FunctionDefinition, FunctionReference } from './functions/function-definition.ts';
import type { MayInvoke } from './template/read-roles.ts';

/** Checks both sides of an event source: the function's role and the function's policy. */
export type PermissionDeps = {
  /** By the role's ARN. */
  readonly roles: ReadonlyMap<string, readonly Statement[]>;
  readonly mayInvoke: MayInvoke;
  readonly grants: Grants;
};

/** Lambda refuses a mapping whose function's role can't read the source, which it then does in that role. */
export const demand = (
  { roles, grants }: PermissionDeps,
  target: FunctionDefinition,
  actions: readonly string[],
  resources: readonly string[],
): void => {
  const statements = roles.get(target.roleArn) ?? [];
  const missing = actions.filter((action) => {
    const found = grantsFor(statements, { action, resources });
    grants.use(target.name, found);
    return found.length === 0;
  });
  if (missing.length > 0) throw new Error(`the role of ${target.name} lacks ${missing.join(', ')} on ${resources[0]}`);
};

/** SNS and EventBridge can invoke only functions whose policy allows it; an alias has a policy of its own. */
export const demandPermission = (
  { mayInvoke }: PermissionDeps,
  { target, invokedArn }: FunctionReference,
  principal: string,
  sourceArn: string,
): void => {
  if (!mayInvoke({ principal, functionArn: invokedArn, sourceArn })) {
    throw new Error(`no AWS::Lambda::Permission lets ${principal} invoke ${target.name} for ${sourceArn}`);
  }
};
