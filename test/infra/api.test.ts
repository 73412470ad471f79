import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

/** The calls of the contract that are built, and the function that answers. */
const ROUTES = {
  'GET /api/users/me': 'Api/Products',
  'GET /api/products': 'Api/Products',
  'POST /api/products': 'Api/Products',
  'GET /api/products/{product_id}': 'Api/Products',
  'PATCH /api/products/{product_id}': 'Api/Products',
  'DELETE /api/products/{product_id}': 'Api/Products',
  'PUT /api/products/{product_id}/observation_counts': 'Api/Products',
  'GET /api/products/{product_id}/history': 'Api/Products',
  'GET /api/products/{product_id}/members': 'Api/Products',
  'PUT /api/products/{product_id}/members/{user}': 'Api/Products',
  'DELETE /api/products/{product_id}/members/{user}': 'Api/Products',
  'POST /api/products/{product_id}/test_notification': 'Api/TestNotifications',
  'POST /api/settings/test_notification': 'Api/TestNotifications',
  'POST /api/products/{product_id}/preview': 'Api/Products',
  'POST /api/settings/preview': 'Api/Settings',
  'GET /api/notifications': 'Api/Notifications',
  'GET /api/notifications/unviewed_count': 'Api/Notifications',
  'POST /api/notifications/bulk_mark_as_viewed': 'Api/Notifications',
  'POST /api/notifications/mark_all_as_viewed': 'Api/Notifications',
  'POST /api/notifications/bulk_delete': 'Api/Notifications',
  'GET /api/notifications/{notification_id}': 'Api/Notifications',
  'DELETE /api/notifications/{notification_id}': 'Api/Notifications',
  'POST /api/notifications/{notification_id}/mark_as_viewed': 'Api/Notifications',
  'POST /api/notifications/{notification_id}/deliveries/{delivery_id}/retry': 'Api/Notifications',
  'GET /api/deliveries': 'Api/Notifications',
  'POST /api/deliveries/retry': 'Api/Notifications',
  'GET /api/targets': 'Api/Notifications',
  'PATCH /api/targets/{target_id}': 'Api/Notifications',
  'POST /api/exceptions': 'Api/Exceptions',
  'GET /api/openapi.json': 'Api/Openapi',
  'GET /api/settings': 'Api/Settings',
  'PATCH /api/settings': 'Api/Settings',
  'GET /api/suppressed_addresses': 'Api/Settings',
  'DELETE /api/suppressed_addresses/{address}': 'Api/Settings',
};

const OPEN = 'GET /api/openapi.json';

const routeSchema = z.object({
  RouteKey: z.string(),
  AuthorizationType: z.string(),
  AuthorizerId: z.json().optional(),
  Target: z.json(),
});

const synthesized = new SynthesizedStack({ throttle: { rateLimit: 5, burstLimit: 9 } });
const routes = synthesized.all('AWS::ApiGatewayV2::Route').map(({ properties }) => routeSchema.parse(properties));

const answering = (target: z.infer<typeof routeSchema>['Target']): string => {
  const integration = synthesized.one(
    'AWS::ApiGatewayV2::Integration',
    synthesized.text(target).replace('integrations/', ''),
  );
  expect(integration.properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
  return synthesized.invoked(integration.properties['IntegrationUri']);
};

describe('the routes', () => {
  test('are those of the contract', () => {
    expect(Object.fromEntries(routes.map(({ RouteKey, Target }) => [RouteKey, answering(Target)]))).toEqual(ROUTES);
  });

  test.each(routes.filter(({ RouteKey }) => RouteKey !== OPEN))(
    '$RouteKey asks for a token',
    ({ AuthorizationType, AuthorizerId }) => {
      expect(AuthorizationType).toBe('JWT');
      expect(synthesized.text(AuthorizerId)).toBe('Api/Api/Jwt');
    },
  );

  test('are open to everybody where they describe the others', () => {
    expect(routes.find(({ RouteKey }) => RouteKey === OPEN)).toMatchObject({ AuthorizationType: 'NONE' });
  });

  test('may call their function, and nothing else but the two topics and the two schedules may call any', () => {
    const permissions = synthesized.all('AWS::Lambda::Permission').map(({ properties }) => properties);
    const { ofRoutes = [], ofOthers } = Object.groupBy(permissions, ({ Principal }) =>
      Principal === 'apigateway.amazonaws.com' ? 'ofRoutes' : 'ofOthers',
    );
    expect(ofRoutes).toHaveLength(routes.length);
    const others = ofOthers?.map(({ FunctionName, Principal }) => [synthesized.invoked(FunctionName), Principal]);
    expect(others?.toSorted()).toEqual([
      ['AlarmTopic/Alarms', 'sns.amazonaws.com'],
      ['Background/Background', 'events.amazonaws.com'],
      ['MailFeedback/MailFeedback', 'sns.amazonaws.com'],
      ['Sweeper/Sweeper', 'events.amazonaws.com'],
    ]);
    for (const permission of ofRoutes) {
      expect(permission).toMatchObject({ Action: 'lambda:InvokeFunction' });
      expect(synthesized.text(permission['SourceArn'])).toContain(':Api/Api/');
    }
  });
});

test('the authorizer knows the issuer and the audience of the stage', () => {
  expect(synthesized.one('AWS::ApiGatewayV2::Authorizer', 'Api/Api/Jwt').properties).toMatchObject({
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://login.example.org', Audience: ['gatebell', 'gatebell-ci'] },
  });
});

describe('the stage', () => {
  const stage = synthesized.one('AWS::ApiGatewayV2::Stage', 'Api/Stage').properties;
  const { AccessLogSettings } = z
    .object({ AccessLogSettings: z.object({ DestinationArn: z.json(), Format: z.string() }) })
    .parse(stage);

  test('is the default one, and throttled', () => {
    expect(synthesized.all('AWS::ApiGatewayV2::Stage')).toHaveLength(1);
    expect(stage).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 9 },
    });
  });

  test('takes less of what costs more, and knows each route that it says so of', () => {
    const settings = z
      .record(z.string(), z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }))
      .parse(new SynthesizedStack().one('AWS::ApiGatewayV2::Stage', 'Api/Stage').properties['RouteSettings']);
    expect(Object.keys(settings).filter((routeKey) => !(routeKey in ROUTES))).toEqual([]);
    const rates = Object.entries(settings).map(([routeKey, { ThrottlingRateLimit }]) => [
      routeKey,
      ThrottlingRateLimit,
    ]);
    expect(Object.fromEntries(rates)).toEqual({
      'POST /api/products/{product_id}/test_notification': 5,
      'POST /api/settings/test_notification': 5,
      'POST /api/settings/preview': 5,
      'POST /api/notifications/bulk_mark_as_viewed': 20,
      'POST /api/notifications/bulk_delete': 20,
      'POST /api/exceptions': 100,
      'GET /api/openapi.json': 20,
    });
  });

  test('is made after its routes, whose keys API Gateway would not know otherwise', () => {
    const { Resources } = z
      .object({
        Resources: z.record(z.string(), z.object({ Type: z.string(), DependsOn: z.array(z.string()).default([]) })),
      })
      .parse(synthesized.template.toJSON());
    const { DependsOn = [] } = Object.values(Resources).find(({ Type }) => Type === 'AWS::ApiGatewayV2::Stage') ?? {};
    const made = synthesized.all('AWS::ApiGatewayV2::Route').map(({ logicalId }) => logicalId);
    expect(made.filter((logicalId) => !DependsOn.includes(logicalId))).toEqual([]);
  });

  test('logs to a group that forgets', () => {
    expect(synthesized.text(AccessLogSettings.DestinationArn)).toContain('Api/AccessLog');
    expect(synthesized.one('AWS::Logs::LogGroup', 'Api/AccessLog').properties).toMatchObject({ RetentionInDays: 30 });
  });

  test('logs what ops ask for, and neither headers nor paths', () => {
    const format = z.record(z.string(), z.string()).parse(JSON.parse(AccessLogSettings.Format));
    expect(Object.values(format)).toEqual(
      expect.arrayContaining([
        '$context.requestId',
        '$context.routeKey',
        '$context.status',
        '$context.responseLatency',
        '$context.authorizer.error',
      ]),
    );
    expect(AccessLogSettings.Format).not.toMatch(/header|authorization|\$context\.path|claims/i);
  });
});
