import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfiguration } from '../../lib/configuration.ts';
import { addStage } from '../../lib/stage.ts';
import { emptyBundle, FIXTURE_PAGE, SynthesizedStack } from './synthesized-stack.ts';

const synthesized = new SynthesizedStack();
const functions = synthesized.functions();

const aliasSchema = z.strictObject({ FunctionName: z.json(), FunctionVersion: z.json(), Name: z.literal('live') });

describe.each(functions)('a deployment of $name', ({ name, logicalId }) => {
  const alias = aliasSchema.parse(synthesized.one('AWS::Lambda::Alias', `${name}/Aliaslive`).properties);

  it('switches an alias from one version of code and configuration to the next, at once', () => {
    expect(synthesized.text(alias.FunctionName)).toBe(name);
    expect(synthesized.text(alias.FunctionVersion)).toBe(`${name}/CurrentVersion.Version`);
    const version = synthesized.one('AWS::Lambda::Version', `${name}/CurrentVersion`);
    expect(version.properties).toEqual({ FunctionName: { Ref: logicalId } });
  });
});

it('publishes a version where only the configuration changed', () => {
  const versionOf = (stack: SynthesizedStack) =>
    stack.one('AWS::Lambda::Version', 'Delivery/Dispatcher/CurrentVersion').logicalId;
  expect(versionOf(new SynthesizedStack())).toBe(versionOf(synthesized));
  expect(versionOf(new SynthesizedStack({ mailsPerSecond: 1 }))).not.toBe(versionOf(synthesized));
});

/** Values by which services invoke functions, beside what other tests here read by `invoked`. */
it('leaves nothing that invokes a function past its alias', () => {
  const ids = functions.map(({ logicalId }) => logicalId);
  const direct = [
    'AWS::ApiGatewayV2::Integration',
    'AWS::Events::Rule',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Permission',
    'AWS::SNS::Subscription',
  ].flatMap((type) =>
    synthesized.all(type).filter(({ properties }) => ids.some((id) => JSON.stringify(properties).includes(`"${id}"`))),
  );
  expect(direct.map(({ name }) => name)).toEqual([]);
  for (const { properties } of synthesized.all('AWS::Lambda::EventInvokeConfig'))
    expect(() => synthesized.invoked(properties['Qualifier'])).not.toThrow();
});

it('names the alarms that end a deployment: at most five, each on the API or on the path of a notification', () => {
  const { RollbackAlarmArns } = z
    .looseObject({ RollbackAlarmArns: z.object({ Value: z.json() }) })
    .parse(synthesized.template.toJSON()['Outputs']);
  expect(synthesized.text(RollbackAlarmArns.Value).split(' ').toSorted()).toEqual([
    'Alarms/ApiServerErrors.Arn',
    'Alarms/DispatcherErrors.Arn',
    'Alarms/FanOutErrors.Arn',
    'Alarms/GateTriggerErrors.Arn',
    'Alarms/Heartbeat.Arn',
  ]);
});

describe('a stack whose data stays', () => {
  const stageWith = (stage: object) => {
    const { test } = readConfiguration({ stages: { test: { login: { kind: 'cognito' }, ...stage } } }, 'my.config.ts');
    if (test === undefined) throw new Error('There is no stage');
    return addStage(new App(), 'test', test, { bundle: emptyBundle, page: FIXTURE_PAGE });
  };

  it('is protected against deletion', () => {
    expect(stageWith({}).terminationProtection).toBe(true);
  });

  it('is the only one that is', () => {
    expect(stageWith({ keepDataOnRemoval: false }).terminationProtection).toBe(false);
  });
});
