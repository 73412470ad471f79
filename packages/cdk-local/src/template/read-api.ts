import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const apiSchema = z.object({ ProtocolType: z.literal('HTTP'), CorsConfiguration: z.undefined().optional() });
const routeSchema = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  OperationName: z.unknown().optional(),
});
const integrationSchema = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  IntegrationMethod: z.unknown().optional(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().max(30_000).default(30_000),
});
const authorizerSchema = z.strictObject({
  ApiId: z.string(),
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()) }),
  Name: z.unknown().optional(),
});
const routeSettingsSchema = z.strictObject({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() });
const stageSchema = z.object({
  ApiId: z.string(),
  StageName: z.literal('$default'),
  AutoDeploy: z.literal(true),
  DefaultRouteSettings: routeSettingsSchema.optional(),
  RouteSettings: z.record(z.string(), routeSettingsSchema).default({}),
});

/** How many requests a route takes of all callers together. */
type Throttle = { readonly perSecond: number; readonly burst: number };

export type AuthorizerDefinition = { readonly issuer: string; readonly audience: readonly string[] };

export type RouteDefinition = {
  /** `GET /api/orders/{order_id}`, `ANY /x/{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly authorizer: AuthorizerDefinition | undefined;
  readonly scopes: readonly string[];
  readonly throttle: Throttle | undefined;
};

export type ApiDefinition = { readonly id: string; readonly arn: string; readonly routes: readonly RouteDefinition[] };

/** The HTTP API of the template, undefined when there is none. It must have its `$default` stage, as API Gateway requires for calls. */
export const readApi = (stack: ResolvedStack): ApiDefinition | undefined => {
  const [api, ...others] = resourcesOf(stack, ['AWS::ApiGatewayV2::Api'], apiSchema);
  if (api === undefined) return undefined;
  if (others.length > 0) throw new Error('the local stack serves one HTTP API');
  const [deployed] = resourcesOf(stack, ['AWS::ApiGatewayV2::Stage'], stageSchema);
  if (deployed === undefined) throw new Error('the HTTP API has no stage');
  const integrations = resourcesOf(stack, ['AWS::ApiGatewayV2::Integration'], integrationSchema);
  const authorizers = resourcesOf(stack, ['AWS::ApiGatewayV2::Authorizer'], authorizerSchema);
  const authorizerOf = ({
    AuthorizationType,
    AuthorizerId,
  }: z.output<typeof routeSchema>): AuthorizerDefinition | undefined => {
    if (AuthorizationType === 'NONE') return undefined;
    const found = authorizers.find(({ ref }) => ref === AuthorizerId);
    if (found === undefined) throw new Error(`the template has no authorizer ${AuthorizerId}`);
    const { Issuer: issuer, Audience: audience } = found.parsed.JwtConfiguration;
    return { issuer, audience };
  };
  const routes = resourcesOf(stack, ['AWS::ApiGatewayV2::Route'], routeSchema).map(
    ({ logicalId, parsed }): RouteDefinition => {
      const integration = integrations.find(({ ref }) => parsed.Target === `integrations/${ref}`);
      if (integration === undefined) throw new Error(`${logicalId}: the template has no ${parsed.Target}`);
      return {
        routeKey: parsed.RouteKey,
        functionArn: functionArnOf(integration.parsed.IntegrationUri),
        timeoutMs: integration.parsed.TimeoutInMillis,
        authorizer: authorizerOf(parsed),
        scopes: parsed.AuthorizationScopes,
        throttle: throttleOf(deployed.parsed, parsed.RouteKey),
      };
    },
  );
  refuseSettingsOfNoRoute(deployed.parsed, routes);
  return { id: api.ref, arn: `arn:aws:execute-api:${stack.region}:${stack.accountId}:${api.ref}`, routes };
};

/** An integration names its function by its ARN, or by that inside an API Gateway path ARN. */
const functionArnOf = (uri: string): string => /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;

/** A route's settings replace the defaults. */
const throttleOf = (
  { RouteSettings: settingsOfRoutes, DefaultRouteSettings: common }: z.output<typeof stageSchema>,
  routeKey: string,
): Throttle | undefined => {
  const settings = settingsOfRoutes[routeKey] ?? common;
  return settings && { perSecond: settings.ThrottlingRateLimit, burst: settings.ThrottlingBurstLimit };
};

/** API Gateway refuses them: "Unable to find Route by key". */
const refuseSettingsOfNoRoute = (
  { RouteSettings: settingsOfRoutes }: z.output<typeof stageSchema>,
  routes: readonly RouteDefinition[],
): void => {
  const unknown = Object.keys(settingsOfRoutes).find((key) => !routes.some(({ routeKey }) => routeKey === key));
  if (unknown !== undefined) throw new Error(`the stage has settings for ${unknown}, which is no route`);
};
