import type { Caller } from './aws-proxy/aws-proxy.ts';
import type { Synthesized } from './synthesize.ts';
import { readAlarms } from './template/read-alarms.ts';
import { readApi } from './template/read-api.ts';
import { readDistribution } from './template/read-distribution.ts';
import { readFiles } from './template/read-files.ts';
import { readFunctions } from './template/read-functions.ts';
import { readKeyPolicies } from './template/read-key-policies.ts';
import { readQueues } from './template/read-queues.ts';
import { refuseOtherCalls } from './template/read-random-passwords.ts';
import { readPermissions, readRoles } from './template/read-roles.ts';
import { readTopicArns } from './template/read-sources.ts';
import { readImportedTables, readTables } from './template/read-tables.ts';
import { resolveStack } from './template/resolved-stack.ts';

/** Everything that the template declares, read and checked. */
export type TemplateModel = ReturnType<typeof readTemplateModel>;

export const readTemplateModel = (assembly: Synthesized, sqsOrigin: string) => {
  const stack = resolveStack(assembly.template, { stackName: assembly.stackName, sqsOrigin });
  refuseOtherCalls(stack);
  const tables = readTables(stack);
  return {
    stack,
    functions: readFunctions(stack, assembly.assets),
    tables: [...tables, ...readImportedTables(stack, tables)],
    queues: readQueues(stack),
    roles: readRoles(stack),
    keyAllows: readKeyPolicies(stack),
    topicArns: readTopicArns(stack),
    mayInvoke: readPermissions(stack),
    api: readApi(stack),
    distribution: readDistribution(stack),
    alarms: readAlarms(stack),
    files: readFiles(stack, assembly.assets),
  };
};

/** Each function under its access key, with what its role allows. */
export const callersOf = ({ functions, roles, stack }: TemplateModel): ReadonlyMap<string, Caller> =>
  new Map(
    functions.map(({ accessKeyId, name, roleArn, functionName, id }) => {
      const statements = roles.get(roleArn);
      if (statements === undefined) throw new Error(`${id}: the template has no role ${roleArn}`);
      const role = roleArn.split('/').at(-1);
      const userArn = `arn:aws:sts::${stack.accountId}:assumed-role/${role}/${functionName}`;
      return [accessKeyId, { name, roleArn, userArn, statements }] as const;
    }),
  );
