import { z } from 'zod';
import { policyDocumentSchema, refuseUnknownConditions, type Statement } from '../aws-proxy/policy.ts';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const namedSchema = z.object({ PolicyDocument: policyDocumentSchema });
const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: z.unknown().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(namedSchema).default([]),
  RoleName: z.string().optional(),
  Description: z.unknown().optional(),
  MaxSessionDuration: z.unknown().optional(),
  Path: z.unknown().optional(),
  Tags: z.unknown().optional(),
});
const policySchema = z.object({ PolicyDocument: policyDocumentSchema, Roles: z.array(z.string()).default([]) });

/** The statements of AWS managed policies that the AWS proxy can check. */
const AWS_MANAGED: Readonly<Record<string, readonly Statement[]>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': [
    { Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: ['*'] },
  ],
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': [{ Effect: 'Allow', Action: ['xray:*'], Resource: ['*'] }],
};

/** All statements that count for a role, by the role's ARN. */
export const readRoles = (stack: ResolvedStack): ReadonlyMap<string, readonly Statement[]> => {
  const policies = resourcesOf(stack, ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'], policySchema);
  const managed = (role: string, arn: string): readonly Statement[] => {
    const declared = policies.find(({ ref }) => ref === arn)?.parsed.PolicyDocument.Statement;
    const statements = declared ?? AWS_MANAGED[arn];
    if (statements === undefined) throw new Error(`${role}: the AWS proxy does not know the policy ${arn}`);
    return statements;
  };
  return new Map(
    resourcesOf(stack, ['AWS::IAM::Role'], roleSchema).map(({ logicalId, ref, attributes, parsed }) => {
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
};

const permissionSchema = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** Whether the function's policy lets a service invoke it on behalf of a source. `functionArn` or physical name. */
export type MayInvoke = (call: {
  readonly principal: string;
  readonly functionArn: string;
  readonly sourceArn: string;
}) => boolean;

const pattern = (arn: string): RegExp =>
  new RegExp(
    `^${arn
      .replace(/[\\^$.+()|{}[\]]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

export const readPermissions = (stack: ResolvedStack): MayInvoke => {
  const permissions = resourcesOf(stack, ['AWS::Lambda::Permission'], permissionSchema).map(({ parsed }) => ({
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
};
