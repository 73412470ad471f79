import { describe, expect, it } from 'vitest';
import { CHANNELS } from '../../core/channels/channels.ts';
import { METRIC } from '../../core/contract.ts';
import { SynthesizedStack } from './synthesized-stack.ts';

const synthesized = new SynthesizedStack();
const dashboards = synthesized.all('AWS::CloudWatch::Dashboard');
const body = JSON.stringify(dashboards[0]?.properties['DashboardBody']).replaceAll('\\"', '"');

describe('the dashboard', () => {
  it('is one, named like the stack and its region', () => {
    expect(dashboards.map(({ properties }) => synthesized.text(properties['DashboardName']))).toEqual([
      'gatebell-test-<AWS::Region>',
    ]);
  });

  it('shows every metric that the functions print, where they print it', () => {
    for (const metric of Object.values(METRIC)) expect(body).toContain(`"Gatebell/gatebell-test","${metric}"`);
    for (const { name } of CHANNELS) expect(body).toContain(`"channel","${name}","outcome","failed"`);
    for (const lambda of ['Delivery/Dispatcher', 'Triggers/FanOut']) {
      const { Environment } = synthesized.one('AWS::Lambda::Function', lambda).properties;
      expect(JSON.stringify(Environment)).toContain('"METRIC_NAMESPACE":"Gatebell/gatebell-test"');
    }
  });

  it('shows every alarm, the age of what waits, and the dead letters', () => {
    const alarms = synthesized.all('AWS::CloudWatch::Alarm');
    expect(alarms.filter(({ logicalId }) => !body.includes(`"${logicalId}"`))).toEqual([]);
    expect(body).toContain('ApproximateAgeOfOldestMessage');
    expect(body).toContain('ApproximateNumberOfMessagesVisible');
  });
});
