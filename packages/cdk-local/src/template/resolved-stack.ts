import { basename } from 'node:path';
import { z } from 'zod';
import { holds, resolve, type Scope } from './intrinsics.ts';
import { type Identity, RESOURCE_KINDS, type ResourceKind } from './resource-kinds.ts';
import type { Template, TemplateResource } from './template.ts';

/** A resource with all references resolved. */
export type ResolvedResource = Identity & {
  readonly logicalId: string;
  readonly type: string;
  /** Resolved for the types that are run; empty for those left to other checks. */
  readonly properties: unknown;
  /** Construct path in the CDK app. */
  readonly path: string;
};

export type ResolvedStack = {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly resources: readonly ResolvedResource[];
  readonly outputs: Readonly<Record<string, string>>;
};

export const REGION = 'eu-central-1';
const ACCOUNT_ID = '000000000000';

const kindOf = (logicalId: string, type: string): ResourceKind => {
  const kind = RESOURCE_KINDS[type];
  if (kind === undefined) {
    throw new Error(
      `${logicalId}: the local stack does not know ${type}; say in resource-kinds.ts how it runs, or why not`,
    );
  }
  return kind;
};

/** Resolves the template against names that are made from its logical ids, as CloudFormation does. */
export const resolveStack = (
  template: Template,
  options: { readonly stackName: string; readonly sqsOrigin: string },
): ResolvedStack => {
  const { stackName, sqsOrigin } = options;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT_ID,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT_ID}:stack/${stackName}/local`,
  };
  const identities = new Map<string, Identity>();
  const identityOf = (logicalId: string): Identity => {
    const known = identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new Error(`the template refers to ${logicalId}, which it does not have`);
    const kind = kindOf(logicalId, resource.Type);
    const given = kind.nameProperty === undefined ? undefined : resource.Properties[kind.nameProperty];
    const name = given === undefined ? `${stackName}-${logicalId}` : z.string().parse(resolve(given, scope));
    const property = (key: string) => z.string().parse(resolve(resource.Properties[key], scope));
    const identity = kind.identity({ logicalId, name, region: REGION, accountId: ACCOUNT_ID, sqsOrigin, property });
    identities.set(logicalId, identity);
    return identity;
  };
  const scope: Scope = {
    ref: (name) => {
      const value = pseudo[name] ?? template.Parameters[name]?.Default;
      return value === undefined ? identityOf(name).ref : String(value);
    },
    attribute: (logicalId, name) => {
      const value = identityOf(logicalId).attributes[name];
      if (value === undefined) throw new Error(`${logicalId}: the local stack does not know its attribute ${name}`);
      return value;
    },
    condition: (name) => template.Conditions[name],
  };
  const isMade = ({ Condition: condition }: TemplateResource) =>
    condition === undefined || holds(template.Conditions[condition], scope);
  const resources = Object.entries(template.Resources)
    .filter(([, resource]) => isMade(resource))
    .map(([logicalId, resource]): ResolvedResource => {
      const { Type: type, Metadata: metadata } = resource;
      const properties = kindOf(logicalId, type).run ? resolve(resource.Properties, scope) : {};
      const path = z.string().default(logicalId).parse(metadata['aws:cdk:path']);
      return { ...identityOf(logicalId), logicalId, type, properties, path };
    });
  const outputs = Object.fromEntries(
    Object.entries(template.Outputs).map(([name, { Value }]) => [name, String(resolve(Value, scope))]),
  );
  return { stackName, region: REGION, accountId: ACCOUNT_ID, resources, outputs };
};

/** The resources of these types with their properties parsed; what a schema does not know, it refuses by logical id. */
export const resourcesOf = <T extends z.ZodType>(
  stack: ResolvedStack,
  types: readonly string[],
  schema: T,
): (ResolvedResource & { parsed: z.output<T> })[] =>
  stack.resources
    .filter(({ type }) => types.includes(type))
    .map((resource) => {
      const result = schema.safeParse(resource.properties);
      if (!result.success)
        throw new Error(`${resource.logicalId} (${resource.type}): ${z.prettifyError(result.error)}`);
      return { ...resource, parsed: result.data };
    });

/** The id of the construct that a resource belongs to, in kebab case: `Stack/Triggers/GateTrigger/Resource` → `gate-trigger`. */
export const constructName = ({ path, logicalId }: Pick<ResolvedResource, 'path' | 'logicalId'>): string => {
  const id = basename(path.replace(/\/(Resource|Default)$/, '')) || logicalId;
  return id.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
};
