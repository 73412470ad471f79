import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FUNCTION } from '../../core/contract.ts';
import { SynthesizedStack } from './synthesized-stack.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

/** `| `function` | impact |`: of its two alarms, which have their sections. */
const functionRows = [...runbook.matchAll(/^\| `([a-z-]+)` \| ([^|[]+) \|$/gm)].flatMap(
  ([, name = '', impact = '']) => [
    { alarm: `${name}-errors`, impact, anchor: 'a-function-fails' },
    { alarm: `${name}-throttles`, impact, anchor: 'a-function-is-throttled' },
  ],
);

/** `| `alarm`, `alarm` | [text](#anchor) |`: the section of alarms, which state their impact themselves. */
const alarmRows = [...runbook.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| \[[^|]+\]\(#([a-z-]+)\) \|$/gm)].flatMap(
  ([, names = '', anchor = '']) => names.split(', ').map((name) => ({ alarm: name.slice(1, -1), anchor })),
);

const rows = [...functionRows, ...alarmRows];

const synthesized = new SynthesizedStack();
const alarms = synthesized.all('AWS::CloudWatch::Alarm').map(({ properties }) => {
  const { AlarmName, AlarmDescription } = z
    .object({ AlarmName: z.string(), AlarmDescription: z.json() })
    .parse(properties);
  const [impact = '', firstStep = ''] = synthesized.text(AlarmDescription).split(' First: ');
  return { alarm: AlarmName.replace('gatebell-test-', ''), impact, firstStep };
});

const byName = (one: { alarm: string }, other: { alarm: string }) => one.alarm.localeCompare(other.alarm);

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

/** Anchor → text of the sections of the third level. */
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((text): [string, string] => {
      const [heading = '', ...lines] = text.split('\n');
      return [anchorOf(heading), lines.join('\n').split(/^## /m)[0] ?? ''];
    }),
);

describe('the runbook', () => {
  it('has exactly one row for each function, with the impact in the descriptions of its alarms', () => {
    const ofFunctions = alarms.filter(({ alarm }) => functionRows.some((row) => row.alarm === alarm));
    expect(functionRows.map(({ alarm, impact }) => ({ alarm, impact })).toSorted(byName)).toEqual(
      ofFunctions.map(({ alarm, impact }) => ({ alarm, impact })).toSorted(byName),
    );
    expect(functionRows).toHaveLength(2 * Object.keys(FUNCTION).length);
  });

  it('has exactly one row for each other alarm', () => {
    expect(rows.map(({ alarm }) => alarm).toSorted()).toEqual(alarms.map(({ alarm }) => alarm).toSorted());
  });

  it.each(rows)('says for $alarm how to look, what to do and how to know that it is over', ({ anchor }) => {
    for (const step of ['Look', 'Do', 'Over'])
      expect(sections.get(anchor)).toMatch(new RegExp(`^- \\*\\*${step}:\\*\\* \\S`, 'm'));
  });

  it('leads to no section that is not there', () => {
    const links = [...runbook.matchAll(/\]\(#([a-z0-9-]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.filter((anchor) => !sections.has(anchor))).toEqual([]);
  });
});

it('every alarm says its impact, and what to do first', () => {
  expect(alarms.filter(({ impact, firstStep }) => impact === '' || firstStep === '')).toEqual([]);
});
