import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import cdkJson from '../../cdk.json' with { type: 'json' };
import type { Bundle } from '../../lib/bundle.ts';
import { GatebellStack, type GatebellStackProps } from '../../lib/gatebell-stack.ts';

/** In place of esbuild, so that infrastructure can be tested without functions. */
export const emptyBundle: Bundle = () => Code.fromInline('export const handler = () => {};');

/** Files that stand for the built page. */
export const FIXTURE_PAGE = join(import.meta.dirname, '..', 'fixtures', 'page');

/** A stage as ops would write it. */
const STAGE: GatebellStackProps = {
  stage: 'test',
  login: {
    kind: 'openid',
    issuer: 'https://login.example.org',
    audience: ['gatebell', 'gatebell-ci'],
    userClaim: 'sub',
    userNamesIgnoreCase: false,
    groupsClaim: 'groups',
    administratorsGroup: 'administrators',
    resourceServer: '',
    pageClientId: 'gatebell-page',
    pageScopes: ['openid'],
    authorizationParameters: {},
    origins: [],
  },
  keepDataOnRemoval: true,
  accountConcurrency: 1000,
  originSecretVersion: 1,
  webhookHosts: ['hooks.example.org', '*.example.net'],
  eventBuses: ['security-events'],
  mailsPerSecond: 14,
  targetIntervals: { webhookSeconds: 10, emailSeconds: 60 },
  logRetentionDays: RetentionDays.ONE_MONTH,
  bundle: emptyBundle,
  page: FIXTURE_PAGE,
};

/** A stack in an app with the feature flags of cdk.json. */
export const gatebell = (props: Partial<GatebellStackProps> = {}, context: Readonly<Record<string, string>> = {}) => {
  // CDK's own validation takes seconds; app.test.ts runs it once, with everything as it is deployed.
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    // Nobody deploys it: no copies of assets, of which one has 22 MB.
    context: { ...cdkJson.context, 'aws:cdk:disable-asset-staging': true, ...context },
  });
  return new GatebellStack(app, 'gatebell-test', { ...STAGE, ...props });
};

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.json()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).default([]),
  Metadata: z.looseObject({ 'aws:cdk:path': z.string() }),
});

const templateSchema = z.object({ Resources: z.record(z.string(), resourceSchema) });

export type Json = z.infer<ReturnType<typeof z.json>>;
export type Resource = { logicalId: string; name: string; properties: Record<string, Json> };

/** The path of a resource's construct without the stack and CDK's own last step: `Delivery/Dispatcher`. */
const nameOf = (path: string): string =>
  path
    .split('/')
    .slice(1)
    .filter((part) => part !== 'Resource' && part !== 'Default')
    .join('/');

/** Reads a template by construct paths instead of hashed logical ids. */
export class SynthesizedStack {
  readonly template: Template;
  readonly #resources: Record<string, z.infer<typeof resourceSchema>>;

  constructor(props: Partial<GatebellStackProps> = {}) {
    this.template = Template.fromStack(gatebell(props));
    this.#resources = templateSchema.parse(this.template.toJSON()).Resources;
  }

  /** All resources of a type. */
  all(type: string): Resource[] {
    return Object.entries(this.#resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, { Metadata, Properties }]) => ({
        logicalId,
        name: nameOf(Metadata['aws:cdk:path']),
        properties: Properties,
      }));
  }

  /**
   * Gatebell's own Lambdas: all but CDK's, which put the page's files into its bucket or empty it, or make the origin secret. Those
   * run while the stack is deployed or removed and at no other time, and what they are is CDK's to say.
   */
  functions(): Resource[] {
    return this.all('AWS::Lambda::Function').filter(({ name }) => !/^(Custom::|AWS679f53)/.test(name));
  }

  /** Name of the function that a value invokes. By an alias, as a deployment switches those alone: any other value throws. */
  invoked(value: Json | undefined): string {
    const text = JSON.stringify(value);
    const alias = this.all('AWS::Lambda::Alias').find(({ logicalId }) => text.includes(`"${logicalId}"`));
    if (!alias) throw new Error(`Invokes no alias: ${text}`);
    return alias.name.replace(/\/Aliaslive$/, '');
  }

  /** Logical ids of what must be made before a resource, beyond its references. */
  dependenciesOf({ logicalId }: Resource): readonly string[] {
    return [this.#resources[logicalId]?.DependsOn ?? []].flat();
  }

  /** The one resource of a type with that path. */
  one(type: string, name: string): Resource {
    const found = this.all(type).find((resource) => resource.name === name);
    if (!found) throw new Error(`No ${type} ${name}`);
    return found;
  }

  /** A value of the template as one line: `{ Fn::GetAtt: [X, Arn] }` reads `Table/Table.Arn`. */
  text(value: Json | undefined): string {
    if (typeof value === 'string') return value;
    const ref = z.object({ Ref: z.string() }).safeParse(value);
    if (ref.success) return this.#nameFor(ref.data.Ref);
    const attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).safeParse(value);
    if (attribute.success) {
      const [logicalId, name] = attribute.data['Fn::GetAtt'];
      return `${this.#nameFor(logicalId)}.${name}`;
    }
    const join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.json())]) }).safeParse(value);
    if (join.success) {
      const [separator, parts] = join.data['Fn::Join'];
      return parts.map((part) => this.text(part)).join(separator);
    }
    const substitute = z.object({ 'Fn::Sub': z.string() }).safeParse(value);
    if (substitute.success) return substitute.data['Fn::Sub'].replaceAll(/\$\{([^}]+)\}/g, '<$1>');
    throw new Error(`Not a text: ${JSON.stringify(value)}`);
  }

  #nameFor(logicalId: string): string {
    const resource = this.#resources[logicalId];
    return resource ? nameOf(resource.Metadata['aws:cdk:path']) : `<${logicalId}>`;
  }
}
