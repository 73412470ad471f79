import { z } from 'zod';
import { PolicyDocument, refuseUnknownConditions, type Statement } from '../gate/policy.ts';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const Named = z.object({ PolicyDocument });
const Role = z.strictObject({
  AssumeRolePolicyDocument: z.unknown().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(Named).default([]),
  RoleName: z.string().optional(),
  Description: z.unknown().optional(),
  MaxSessionDuration: z.unknown().optional(),
  Path: z.unknown().optional(),
  Tags: z.unknown().optional(),
});
const Policy = z.object({ PolicyDocument, Roles: z.array(z.string()).default([]) });

/** What AWS's own policies allow, as far as the gate could ever be asked for it. */
const AWS_MANAGED: Readonly<Record<string, readonly Statement[]>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': [
    { Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: ['*'] },
  ],
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': [{ Effect: 'Allow', Action: ['xray:*'], Resource: ['*'] }],
};

/** All statements that count for a role, by the role's ARN. */
export function readRoles(stack: ResolvedStack): ReadonlyMap<string, readonly Statement[]> {
  const policies = resourcesOf(stack, ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'], Policy);
  const managed = (role: string, arn: string): readonly Statement[] => {
    const own = policies.find(({ ref }) => ref === arn)?.parsed.PolicyDocument.Statement;
    const statements = own ?? AWS_MANAGED[arn];
    if (statements === undefined) throw new Error(`${role}: the local gate does not know the policy ${arn}`);
    return statements;
  };
  return new Map(
    resourcesOf(stack, ['AWS::IAM::Role'], Role).map(({ logicalId, ref, attributes, parsed }) => {
      const attached = policies.filter((policy) => policy.parsed.Roles.includes(ref));
      const documents = [...parsed.Policies, ...attached.map((policy) => policy.parsed)];
      const statements = [
        ...documents.flatMap(({ PolicyDocument: document }) => document.Statement),
        ...parsed.ManagedPolicyArns.flatMap((arn) => managed(logicalId, arn)),
      ];
      refuseUnknownConditions(logicalId, statements);
      return [attributes['Arn'] ?? ref, statements] as const;
    }),
  );
}

const Permission = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** Whether the function's own policy lets a service invoke it on behalf of a source. `functionArn` or physical name. */
export type MayInvoke = (call: { principal: string; functionArn: string; sourceArn: string }) => boolean;

const pattern = (arn: string): RegExp =>
  new RegExp(
    `^${arn
      .replace(/[\\^$.+()|{}[\]]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

export function readPermissions(stack: ResolvedStack): MayInvoke {
  const permissions = resourcesOf(stack, ['AWS::Lambda::Permission'], Permission).map(({ parsed }) => ({
    ...parsed,
    source: pattern(parsed.SourceArn ?? '*'),
  }));
  return ({ principal, functionArn, sourceArn }) =>
    permissions.some(
      (permission) =>
        permission.Action === 'lambda:InvokeFunction' &&
        permission.Principal === principal &&
        (permission.FunctionName === functionArn || functionArn.endsWith(`:${permission.FunctionName}`)) &&
        permission.source.test(sourceArn),
    );
}
