import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

/** `| `alarm` | what does not work | [section](#anchor) |`. */
const rows = [...runbook.matchAll(/^\| `([a-z-]+)` \| (.+) \| \[(.+)\]\(#(.+)\) \|$/gm)].map(
  ([, alarm = '', impact = '', section = '', anchor = '']) => ({ alarm, impact, section, anchor }),
);

const house = new SynthesizedStack();
const alarms = house.all('AWS::CloudWatch::Alarm').map(({ properties }) => {
  const { AlarmName, AlarmDescription } = z
    .object({ AlarmName: z.string(), AlarmDescription: z.json() })
    .parse(properties);
  const [impact = '', firstStep = ''] = house.text(AlarmDescription).split(' First: ');
  return { alarm: AlarmName.replace('gatebell-test-', ''), impact, firstStep };
});

const byName = (one: { alarm: string }, other: { alarm: string }) => one.alarm.localeCompare(other.alarm);

/** Heading → text, of the third level. */
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((text): [string, string] => {
      const [heading = '', ...lines] = text.split('\n');
      return [heading, lines.join('\n').split(/^## /m)[0] ?? ''];
    }),
);

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

describe('the runbook', () => {
  it('has a row for each alarm, with the impact that the alarm tells, and none for another', () => {
    expect(rows.map(({ alarm, impact }) => ({ alarm, impact })).toSorted(byName)).toEqual(
      alarms.map(({ alarm, impact }) => ({ alarm, impact })).toSorted(byName),
    );
  });

  it.each(rows)('says for $alarm how to look, what to do and how to know that it is over', ({ section, anchor }) => {
    expect(anchorOf(section)).toBe(anchor);
    for (const step of ['Look', 'Do', 'Over'])
      expect(sections.get(section)).toMatch(new RegExp(`^- \\*\\*${step}:\\*\\* \\S`, 'm'));
  });

  it('leads to no section that is not there', () => {
    const anchors = [...sections.keys()].map(anchorOf);
    const links = [...runbook.matchAll(/\]\(#([a-z0-9-]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });
});

it('every alarm says what to do first', () => {
  expect(alarms.filter(({ firstStep }) => firstStep === '')).toEqual([]);
});
