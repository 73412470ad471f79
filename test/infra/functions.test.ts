import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FUNCTION } from '../../core/contract.ts';
import { reservedFor } from '../../lib/concurrency.ts';
import { readConfiguration } from '../../lib/configuration.ts';
import { type Resource, SynthesizedStack } from './synthesized-stack.ts';

const CAPTURE = ['DELIVERY_QUEUE_URL', 'EVENT_BUSES', 'TABLE_NAME', 'WEBHOOK_HOSTS'];
const API = [
  'ADMINISTRATORS_GROUP',
  'GROUPS_CLAIM',
  'ORIGIN_SECRET',
  'RESOURCE_SERVER',
  'USER_CLAIM',
  'USER_NAMES_IGNORE_CASE',
  ...CAPTURE,
];
const OPENS_WEBHOOKS = [...API, 'WEBHOOK_KEY_ARN'];

/** What each function finds in its environment, and how long it may take. */
const FUNCTIONS = {
  'Api/Products': { timeoutSeconds: 28, environment: OPENS_WEBHOOKS },
  'Api/Settings': { timeoutSeconds: 28, environment: OPENS_WEBHOOKS },
  'Api/Notifications': { timeoutSeconds: 28, environment: API },
  'Api/TestNotifications': {
    timeoutSeconds: 28,
    environment: ['MAIL_CONFIGURATION_SET', 'MAILS_PER_SECOND', ...OPENS_WEBHOOKS],
  },
  'Api/Exceptions': { timeoutSeconds: 28, environment: API },
  'Api/Openapi': { timeoutSeconds: 10, environment: ['ORIGIN_SECRET'] },
  'AlarmTopic/Alarms': { timeoutSeconds: 30, environment: CAPTURE },
  'Triggers/GateTrigger': { timeoutSeconds: 60, environment: ['JOB_QUEUE_URL', ...CAPTURE] },
  'Triggers/FanOut': { timeoutSeconds: 60, environment: ['METRIC_NAMESPACE', ...CAPTURE] },
  'Delivery/Dispatcher': {
    timeoutSeconds: 60,
    environment: [
      'DELIVERY_DEAD_LETTER_QUEUE_URL',
      'EMAIL_INTERVAL_SECONDS',
      'MAIL_CONFIGURATION_SET',
      'MAILS_PER_SECOND',
      'METRIC_NAMESPACE',
      'WEBHOOK_INTERVAL_SECONDS',
      'WEBHOOK_KEY_ARN',
      ...CAPTURE,
    ],
  },
  'MailFeedback/MailFeedback': { timeoutSeconds: 30, environment: ['DELIVERY_DEAD_LETTER_QUEUE_URL', ...CAPTURE] },
  'Sweeper/Sweeper': { timeoutSeconds: 120, environment: ['METRIC_NAMESPACE', ...CAPTURE] },
  'Background/Background': { timeoutSeconds: 120, environment: ['JOB_QUEUE_URL', ...CAPTURE] },
};

const schema = z.object({
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Handler: z.string(),
  MemorySize: z.int(),
  Timeout: z.int(),
  Environment: z.object({ Variables: z.record(z.string(), z.json()) }).default({ Variables: {} }),
  LoggingConfig: z.object({ LogFormat: z.string(), LogGroup: z.json() }),
  Role: z.json(),
  RecursiveLoop: z.string(),
});
const read = (resource: Resource) => schema.parse(resource.properties);
const variables = (resource: Resource) => read(resource).Environment.Variables;

const mappingSchema = z.object({
  ParallelizationFactor: z.int().optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.int() }).optional(),
});
const routeThrottleSchema = z.object({ ThrottlingBurstLimit: z.int() });
const stageSchema = z.object({
  DefaultRouteSettings: routeThrottleSchema,
  RouteSettings: z.record(z.string(), routeThrottleSchema),
});

const synthesized = new SynthesizedStack();
const functions = synthesized.functions();

test('there is a Lambda for each function of the contract, and no other', () => {
  const pascal = Object.keys(FUNCTION).map((key) => key.replace(/^./, (letter) => letter.toUpperCase()));
  const ids = functions.map(({ name }) => name.split('/').at(-1));
  expect(ids.toSorted()).toEqual(pascal.toSorted());
  expect(functions.map(({ name }) => name).toSorted()).toEqual(Object.keys(FUNCTIONS).toSorted());
});

describe.each(functions)('$name', (lambda) => {
  const properties = read(lambda);

  test('runs an ES module on Node 24 and Arm, and sets no option of Node that its start pays for', () => {
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    expect(variables(lambda)['NODE_OPTIONS']).toBeUndefined();
  });

  test('logs JSON to a log group of its own that forgets', () => {
    expect(properties.LoggingConfig.LogFormat).toBe('JSON');
    const logGroup = synthesized.one('AWS::Logs::LogGroup', synthesized.text(properties.LoggingConfig.LogGroup));
    expect(logGroup.name).toBe(`${lambda.name}Logs`);
    expect(logGroup.properties).toMatchObject({ RetentionInDays: 30 });
  });

  test('has a role of its own, without managed policies', () => {
    const role = synthesized.one('AWS::IAM::Role', synthesized.text(properties.Role).replace(/\.Arn$/, ''));
    expect(role.name).toBe(`${lambda.name}Role`);
    expect(role.properties).not.toHaveProperty('ManagedPolicyArns');
  });
});

test.each(Object.entries(FUNCTIONS))('%s has its time and its environment', (name, expected) => {
  const lambda = synthesized.one('AWS::Lambda::Function', name);
  expect(read(lambda).Timeout).toBe(expected.timeoutSeconds);
  const names = Object.keys(variables(lambda)).filter((variable) => variable !== 'NODE_OPTIONS');
  expect(names.toSorted()).toEqual(expected.environment.toSorted());
});

test('only a function that feeds its own queue may run in a loop', () => {
  const looping = functions.filter((lambda) => read(lambda).RecursiveLoop === 'Allow').map(({ name }) => name);
  expect(looping.toSorted()).toEqual(['Background/Background', 'Delivery/Dispatcher']);
});

describe('concurrency', () => {
  const reservedIn = (stack: SynthesizedStack) =>
    Object.fromEntries(
      stack
        .functions()
        .flatMap(({ name, properties: { ReservedConcurrentExecutions: reserved } }) =>
          reserved === undefined ? [] : [[name, reserved]],
        ),
    );

  test('is not set aside unless a stage says so: a new account could not be deployed to', () => {
    expect(reservedIn(synthesized)).toEqual({});
  });

  test('is set aside, and limited, for each function that others can flood', () => {
    const reserved = reservedIn(new SynthesizedStack({ reservedConcurrency: 200 }));
    expect(reserved).toEqual({
      'Api/Products': 60,
      'Api/Settings': 10,
      'Api/Notifications': 50,
      'Api/TestNotifications': 10,
      'Api/Exceptions': 40,
      'Api/Openapi': 10,
      'AlarmTopic/Alarms': 10,
      'MailFeedback/MailFeedback': 10,
    });
    // All who are called by callers and topics, and no one else; sources bound the others.
    const sum = Object.values(reserved).reduce<number>((total, each) => total + Number(each), 0);
    expect(sum).toBeLessThanOrEqual(200);
  });

  test('of an account with ten is enough for the API, the readers of the stream, the dispatcher, and jobs at once', () => {
    const small = new SynthesizedStack({ accountConcurrency: 10 });
    const mappings = small
      .all('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => mappingSchema.parse(properties));
    const fromQueues = mappings.map(({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency ?? 0);
    const fromShard = mappings.map(({ ParallelizationFactor }) => ParallelizationFactor ?? 0);
    const stage = small.one('AWS::ApiGatewayV2::Stage', 'Api/Stage').properties;
    const { DefaultRouteSettings, RouteSettings } = stageSchema.parse(stage);
    const bursts = [DefaultRouteSettings, ...Object.values(RouteSettings)].map(
      ({ ThrottlingBurstLimit }) => ThrottlingBurstLimit,
    );
    const sum = [...fromQueues, ...fromShard].reduce((total, each) => total + each, 0);
    expect(sum + Math.max(...bursts)).toBeLessThanOrEqual(10);
    expect(Math.min(...bursts)).toBeGreaterThanOrEqual(1);
    expect(fromQueues.filter((most) => most > 0).toSorted()).toEqual([2, 2]);
  });

  test('leaves no function without, however little it is', () => {
    const parts = Object.values(FUNCTION).map((name) => reservedFor(name, 20));
    expect(parts.filter((part) => part !== undefined && part < 1)).toEqual([]);
  });
});

test('queue URLs and the table are those of the stack', () => {
  const dispatcher = variables(synthesized.one('AWS::Lambda::Function', 'Delivery/Dispatcher'));
  expect(synthesized.text(dispatcher['DELIVERY_QUEUE_URL'])).toBe('DeliveryQueue/Messages');
  expect(synthesized.text(dispatcher['DELIVERY_DEAD_LETTER_QUEUE_URL'])).toBe('DeliveryQueue/DeadLetters');
  const trigger = variables(synthesized.one('AWS::Lambda::Function', 'Triggers/GateTrigger'));
  expect(synthesized.text(trigger['JOB_QUEUE_URL'])).toBe('Background/Queue/Messages');
  expect(synthesized.text(trigger['TABLE_NAME'])).toBe('Table/Table');
  const fanOut = variables(synthesized.one('AWS::Lambda::Function', 'Triggers/FanOut'));
  expect(synthesized.text(fanOut['DELIVERY_QUEUE_URL'])).toBe('DeliveryQueue/Messages');
  expect(dispatcher['WEBHOOK_HOSTS']).toBe('hooks.example.org,*.example.net');
});

const ORIGIN = 'http://127.0.0.1:4001';

describe('the webhook origin of the local stack', () => {
  const carriers = (stack: SynthesizedStack) =>
    stack.functions().filter((lambda) => 'LOCAL_WEBHOOK_ORIGIN' in variables(lambda));

  test('is nowhere in a real stage', () => {
    expect(carriers(synthesized)).toEqual([]);
    expect(JSON.stringify(synthesized.template.toJSON())).not.toContain('LOCAL_WEBHOOK_ORIGIN');
  });

  test('is no key of a stage, under its own name or that of the variable', () => {
    const login = { kind: 'cognito' };
    for (const key of ['localWebhookOrigin', 'LOCAL_WEBHOOK_ORIGIN', 'environment', 'webhooks', 'bundle']) {
      const stages = { prod: { login, [key]: ORIGIN } };
      expect(() => readConfiguration({ stages }, 'my.config.ts')).toThrow(`"${key}" isn't a key.`);
    }
  });

  test('comes in by no text that a stage may choose freely', () => {
    const named = { LOCAL_WEBHOOK_ORIGIN: ORIGIN };
    const { prod } = readConfiguration(
      {
        stages: {
          prod: {
            login: {
              kind: 'openid',
              issuer: 'https://login.example.org',
              audience: [ORIGIN],
              userClaim: 'LOCAL_WEBHOOK_ORIGIN',
              groupsClaim: 'LOCAL_WEBHOOK_ORIGIN',
              administratorsGroup: 'LOCAL_WEBHOOK_ORIGIN',
              pageClientId: ORIGIN,
              pageScopes: [ORIGIN],
              authorizationParameters: named,
            },
          },
        },
      },
      'my.config.ts',
    );
    const stack = new SynthesizedStack({ ...prod });
    expect(carriers(stack)).toEqual([]);
    const known = new Set(Object.values(FUNCTIONS).flatMap(({ environment }) => environment));
    const others = stack
      .functions()
      .flatMap((lambda) => Object.keys(variables(lambda)))
      .filter((name) => !known.has(name) && name !== 'NODE_OPTIONS');
    expect(others).toEqual([]);
    // What webhooks are held to is the list of hosts and that origin alone: core/config.ts.
    for (const lambda of stack.functions()) expect(variables(lambda)['WEBHOOK_HOSTS'] ?? '').toBe('');
  });

  test('reaches every function that may check, send to or log a webhook, where it is set', () => {
    const local = new SynthesizedStack({ localWebhookOrigin: ORIGIN });
    const others = functions.map(({ name }) => name).filter((name) => name !== 'Api/Openapi');
    expect(
      carriers(local)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(others.toSorted());
  });
});
