import { describe, expect, it } from 'vitest';
import { SynthesizedStack } from './synthesized-stack.ts';

const plain = new SynthesizedStack();
const outputs = (stack: SynthesizedStack): Record<string, unknown> =>
  Object.fromEntries(Object.entries(stack.template.toJSON()['Outputs']));

describe('an alarm email', () => {
  const mailed = new SynthesizedStack({ alarmEmail: 'ops@example.org' });
  const subscriptions = (stack: SynthesizedStack) =>
    stack.all('AWS::SNS::Subscription').map(({ properties }) => properties);

  it("is mailed the stack's own alarms, as CloudWatch writes them, and no other's", () => {
    expect(subscriptions(mailed)).toContainEqual(
      expect.objectContaining({
        Protocol: 'email',
        Endpoint: 'ops@example.org',
        FilterPolicyScope: 'MessageBody',
        FilterPolicy: { AlarmName: [{ prefix: 'gatebell-test-' }] },
      }),
    );
    const names = mailed.all('AWS::CloudWatch::Alarm').map(({ properties }) => properties['AlarmName']);
    for (const name of names) expect(name).toMatch(/^gatebell-test-/);
  });

  it('has no subscriber without it', () => {
    expect(subscriptions(plain).filter(({ Protocol }) => Protocol === 'email')).toEqual([]);
    expect(subscriptions(mailed).filter(({ Protocol }) => Protocol === 'email')).toHaveLength(1);
  });
});

describe('a sender', () => {
  it('that is a domain is verified by DNS records, which are outputs', () => {
    const stack = new SynthesizedStack({ sender: { domain: 'example.org' } });
    expect(stack.all('AWS::SES::EmailIdentity').map(({ properties }) => properties)).toMatchObject([
      { EmailIdentity: 'example.org' },
    ]);
    expect(Object.keys(outputs(stack))).toEqual(expect.arrayContaining(['SenderDkim1', 'SenderDkim2', 'SenderDkim3']));
    expect(JSON.stringify(outputs(stack)['NextStep1'])).toContain('the domain of gatebell@example.org');
  });

  it('that is an address is verified by a mail', () => {
    const stack = new SynthesizedStack({ sender: { address: 'bell@example.org' } });
    expect(outputs(stack)).not.toHaveProperty('SenderDkim1');
    expect(JSON.stringify(outputs(stack)['NextStep1'])).toContain('AWS sent to bell@example.org');
  });

  it('is none without', () => {
    expect(plain.all('AWS::SES::EmailIdentity')).toEqual([]);
  });
});

it('says what is left to do', () => {
  expect(JSON.stringify(outputs(plain)['NextStep1'])).toContain(
    'At https://login.example.org, allow the client gatebell-page',
  );
  expect(JSON.stringify(outputs(plain)['NextStep2'])).toContain('Sign in at');
});
