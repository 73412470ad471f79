import { describe, expect, it } from 'vitest';
import type { Digest, DigestEntry } from '../../../core/channels/digest.ts';
import { digestContent } from '../../../core/channels/digest-content.ts';
import { digestEvent } from '../../../core/channels/digest-event.ts';
import { channelEventSchema, toEvent } from '../../../core/channels/event.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import {
  alarm,
  BASE_URL,
  digest,
  digestOf,
  exception,
  gateFailed,
  HOSTILE,
  LONGEST_BASE_URL,
  reportOverdue,
} from './samples.ts';

const NO_TOTALS = { gates: { failed: 0, passed: 0, none: 0 }, alarms: { alarm: 0, ok: 0 }, reports: 0, exceptions: 0 };

const gate = (entry: Partial<Extract<DigestEntry, { kind: 'gate' }>>): DigestEntry => ({
  kind: 'gate',
  notification: gateFailed,
  from: 'passed',
  to: 'failed',
  count: 1,
  ...entry,
});

const ofAlarm = (entry: Partial<Extract<DigestEntry, { kind: 'alarm' }>>): DigestEntry => ({
  kind: 'alarm',
  notification: alarm,
  from: 'ok',
  to: 'alarm',
  count: 1,
  ...entry,
});

/** The entry as a digest of several lists it. */
const listed = (entry: DigestEntry) => digestContent({ ...digest, entries: [entry] }, BASE_URL).entries[0];

const AT = '2026-12-02 14:05:09 UTC';
const ALARM_AT = '2026-12-02 13:40:00 UTC';

describe('a digest', () => {
  it('lists what became of each subject', () => {
    expect(digestContent(digest, BASE_URL)).toMatchSnapshot();
  });

  const heading = (totals: Partial<Digest['totals']>) =>
    digestContent({ ...digest, totals: { ...NO_TOTALS, ...totals } }, '');

  it.each([
    [{ gates: { failed: 3, passed: 2, none: 0 } }, '❌', '3 security gates failed, 2 passed'],
    [{ gates: { failed: 1, passed: 0, none: 2 } }, '❌', '1 security gate failed, 2 disabled'],
    [{ gates: { failed: 0, passed: 1, none: 0 } }, '✅', '1 security gate passed'],
    [{ gates: { failed: 0, passed: 0, none: 2 } }, '⚪', '2 security gates disabled'],
    [{ exceptions: 12 }, '⚠️', '12 exceptions'],
    [{ exceptions: 1, gates: { failed: 0, passed: 5, none: 0 } }, '⚠️', '5 security gates passed, 1 exception'],
    [{ reports: 2, gates: { failed: 0, passed: 1, none: 0 } }, '⚠️', '1 security gate passed, 2 reports overdue'],
    [{ reports: 1 }, '⚠️', '1 report overdue'],
    [{ alarms: { alarm: 2, ok: 1 } }, '⚠️', '2 alarms in ALARM, 1 back to OK'],
    [{ alarms: { alarm: 0, ok: 1 } }, '✅', '1 alarm back to OK'],
  ] as const)('has the heading of its totals: %j', (totals, sign, expected) => {
    expect(heading(totals)).toMatchObject({ sign, heading: expected });
  });

  it('names how many subjects it leaves out, and links to the list', () => {
    expect(digestContent(digest, BASE_URL).more).toEqual({
      text: '35 more, 4 of them failed',
      url: `${BASE_URL}/notifications`,
    });
    const omitted = (subjects: number) => digestContent({ ...digest, omitted: { subjects, failed: 0 } }, '').more;
    expect(omitted(35)).toEqual({ text: '35 more', url: null });
    expect(omitted(0)).toBeNull();
  });

  it('has no link without a base URL', () => {
    expect(JSON.stringify(digestContent(digest, ''))).not.toMatch(/"url":"|https?:/);
  });

  it.each(['interval', 'schedule', 'mute'] as const)('says why it was collected: %s', (reason) => {
    expect(digestContent({ ...digest, reason }, '').message).toMatchSnapshot();
  });
});

describe('an entry of a digest', () => {
  it.each([
    [{}, 'Shop failed its gate', `passed → failed · ${AT}`],
    [{ count: 3 }, 'Shop failed its gate', `passed → failed · changed 3 times · last at ${AT}`],
    [{ count: 4 }, 'Shop failed its gate', `unstable: changed 4 times, now failed · last at ${AT}`],
    [{ from: null }, 'Shop failed its gate', `now failed · ${AT}`],
    [{ from: 'failed', count: 2 }, 'Shop failed its gate', `now failed · changed 2 times · last at ${AT}`],
    [{ from: 'failed', to: 'passed' }, 'Resolved: Shop passed its gate', `failed → passed · ${AT}`],
    [{ from: 'none', to: 'passed' }, 'Shop passed its gate', `none → passed · ${AT}`],
    [{ to: 'none' }, 'Shop has no gate any more', `passed → none · ${AT}`],
  ] as const)('says how a gate stands and how often it changed: %j', (entry, title, summary) => {
    expect(listed(gate(entry))).toMatchObject({ title, lines: expect.arrayContaining([summary]) });
  });

  it('gives the reason of a failed gate only', () => {
    expect(listed(gate({}))?.lines).toContain('3 critical, 0 allowed.');
    expect(listed(gate({ from: 'failed', to: 'passed' }))?.lines).toHaveLength(1);
  });

  it.each([
    [{}, '⚠️', 'checkout-5xx is in ALARM', `OK → ALARM · ${ALARM_AT}`],
    [{ from: 'alarm', to: 'ok' }, '✅', 'Resolved: checkout-5xx is back to OK', `ALARM → OK · ${ALARM_AT}`],
    [{ from: null, to: 'ok' }, '✅', 'checkout-5xx is OK', `now OK · ${ALARM_AT}`],
    [{ count: 5 }, '⚠️', 'checkout-5xx is in ALARM', `unstable: changed 5 times, now ALARM · last at ${ALARM_AT}`],
  ] as const)('says how an alarm stands: %j', (entry, sign, title, summary) => {
    expect(listed(ofAlarm(entry))).toMatchObject({ sign, title, lines: expect.arrayContaining([summary]) });
  });

  it('does not repeat the state of an alarm that has no description', () => {
    const notification = { ...alarm, message: 'The alarm checkout-5xx is in ALARM' };
    expect(listed(ofAlarm({}))?.lines).toEqual([`OK → ALARM · ${ALARM_AT}`, alarm.message]);
    expect(listed(ofAlarm({ notification }))?.lines).toEqual([`OK → ALARM · ${ALARM_AT}`]);
  });

  it('says of an overdue report for how long there was none, and why that matters', () => {
    expect(listed({ kind: 'report', notification: reportOverdue, count: 1 })).toEqual({
      tone: 'attention',
      sign: '⚠️',
      title: 'Shop: no report for 26 hours',
      lines: [AT, reportOverdue.message],
      url: `${BASE_URL}/notifications/${reportOverdue.id}`,
    });
  });

  it('counts an exception, and names its product', () => {
    const notification = { ...exception, product_name: 'Shop' };
    expect(listed({ kind: 'exception', notification, count: 12 })).toMatchObject({
      sign: '⚠️',
      title: 'ValueError in import_observations',
      lines: [`12 times · last at ${AT} · Shop`, exception.message],
      url: `${BASE_URL}/notifications/${exception.id}`,
    });
    expect(listed({ kind: 'exception', notification, count: 1 })?.lines[0]).toBe(`${AT} · Shop`);
  });

  it('has one line for each text, whatever the text is', () => {
    for (const kind of ['gate', 'alarm', 'exception'] as const) {
      const [entry] = digestContent(digestOf(HOSTILE, kind), BASE_URL).entries;
      for (const line of [entry?.title ?? '', ...(entry?.lines ?? [])]) expect(line).not.toMatch(/[\p{Cc}\p{Bidi_C}]/u);
    }
  });
});

describe('a digest of one subject', () => {
  const sole = (entry: DigestEntry) =>
    digestContent({ ...digest, entries: [entry], omitted: { subjects: 0, failed: 0 } }, BASE_URL);

  it('reads as its newest event, with how often it changed', () => {
    const { from: _, ...event } = gateFailed;
    const content = sole(gate({ from: 'none', count: 5 }));
    expect(content).toEqual({
      ...toMessageContent({ ...event, from: null }, BASE_URL),
      heading: 'Shop failed its gate',
      message: `unstable: changed 5 times, now failed · last at ${AT}\n3 critical, 0 allowed.`,
    });
    expect(content.entries).toEqual([]);
  });

  it('shows an alarm that is back to OK as good', () => {
    expect(sole(ofAlarm({ from: 'alarm', to: 'ok' }))).toMatchObject({
      tone: 'good',
      sign: '✅',
      heading: 'Resolved: checkout-5xx is back to OK',
    });
  });

  it('keeps the trace of an exception', () => {
    expect(sole({ kind: 'exception', notification: exception, count: 2 }).trace).toBe(exception.trace);
  });
});

describe('a single event', () => {
  it('says that a gate which passes again is resolved', () => {
    const heading = (from: 'failed' | 'none') => toMessageContent({ ...gateFailed, from, to: 'passed' }, '').heading;
    expect(heading('failed')).toBe('Resolved: Shop passed its gate');
    expect(heading('none')).toBe('Shop passed its gate');
  });
});

describe('the event of a digest', () => {
  it('lists the subjects for programs', () => {
    expect(digestEvent(digest, BASE_URL)).toMatchSnapshot();
  });

  it('is as documented, and far below 256 KB whatever the texts are', () => {
    for (const kind of ['gate', 'alarm', 'exception'] as const) {
      for (const foreign of ['"'.repeat(4_096), '日'.repeat(4_096), '👩‍👩‍👧'.repeat(500), HOSTILE.repeat(9)]) {
        const event = digestEvent(digestOf(foreign, kind), LONGEST_BASE_URL);
        expect(channelEventSchema.parse(event)).toEqual(event);
        expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(128_000);
      }
    }
  });

  it('leaves the event of a single notification as it is', () => {
    expect(toEvent(gateFailed, BASE_URL).data).not.toHaveProperty('digest');
  });
});
