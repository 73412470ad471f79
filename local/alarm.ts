/**
 * `npm run alarm -- FILE.json`: publishes a CloudWatch alarm message to the stack's topic, as CloudWatch would. The state changes now:
 * a message with an older time than the one before counts as overtaken.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { handlesOrExit } from './api-client.ts';

const alarmSchema = z.looseObject({
  AlarmName: z.string(),
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
});

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('Missing the alarm file. Example: npm run alarm -- FILE.json');
  process.exit(1);
}
const { sns, topic } = handlesOrExit();
if (topic === null) {
  console.error('The template has no SNS topic to publish to.');
  process.exit(1);
}
const text = readFileSync(file, 'utf8');
const alarm = alarmSchema.parse(JSON.parse(text));
const { AlarmName: name, NewStateValue: state } = alarm;
const response = await fetch(sns, {
  method: 'POST',
  body: new URLSearchParams({
    Action: 'Publish',
    Version: '2010-03-31',
    TopicArn: topic,
    Subject: `${state}: "${name}" in EU (Frankfurt)`,
    Message: JSON.stringify({ ...alarm, StateChangeTime: new Date().toISOString().replace('Z', '+0000') }),
  }),
});
if (!response.ok) {
  console.error(`The topic answered ${response.status}: ${await response.text()}`);
  process.exit(1);
}
console.log(`Published: ${name} is ${state}.`);
