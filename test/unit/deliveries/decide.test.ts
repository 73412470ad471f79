import { describe, expect, it } from 'vitest';
import { type Decision, decide } from '../../../core/deliveries/decide.ts';
import type { DeliveryEvent } from '../../../core/deliveries/event.ts';
import type { Delivery } from '../../../core/deliveries/model.ts';
import type { NotifiedState } from '../../../core/targets/notified-state.ts';
import { inSeconds, NOW, someDelivery } from './some-delivery.ts';

const [P, F, N] = ['passed', 'failed', 'none'] as const;
type State = typeof P | typeof F | typeof N | 'alarm' | 'ok';

const eventOf = (from: State, to: State): DeliveryEvent => {
  if (from === 'alarm' || from === 'ok' || to === 'alarm' || to === 'ok')
    return {
      kind: 'alarm',
      subject: 'alarm a',
      from: from === 'ok' ? 'ok' : 'alarm',
      to: to === 'ok' ? 'ok' : 'alarm',
    };
  return { kind: 'gate', subject: 'gate p1', from, to };
};

/** The changes of one subject through some states: their notifications are n1, n2, … */
const through = (...states: readonly State[]): Delivery[] =>
  states.slice(1).map((to, position) => {
    const event = eventOf(states[position] ?? to, to);
    return someDelivery({ notification_id: `n${position + 1}`, event });
  });

const notified = (notification_id: string, state: State): NotifiedState => ({
  notification_id,
  state,
  at: NOW.toISOString(),
  message_id: 'm0',
  unsent_id: null,
});

const read = ({ groups, skips, reported }: Decision) => ({
  groups: groups.map(({ deliveries, newest, from, count }) => ({
    of: deliveries.map(({ notification_id }) => notification_id).join(' '),
    newest: newest.notification_id,
    from,
    count,
  })),
  skips: skips.map(({ delivery, skip }) => `${delivery.notification_id} ${skip.code}`),
  reported: reported.map(({ delivery }) => delivery.notification_id),
});

const one = (of: string, from: State | null, count: number) => [
  { of, newest: of.split(' ').at(-1) ?? '', from, count },
];

type Row = readonly [
  what: string,
  due: readonly Delivery[],
  known: NotifiedState | null,
  decision: Partial<ReturnType<typeof read>>,
];

const GATES: readonly Row[] = [
  ['a first change', through(P, F), null, { groups: one('n1', P, 1) }],
  ['a change after what was reported', through(P, F).slice(0), notified('n0', P), { groups: one('n1', P, 1) }],
  ['two that end elsewhere', through(P, F, N), null, { groups: one('n1 n2', P, 2) }],
  ['two that come back', through(P, F, P), null, { skips: ['n1 back_to_told_state', 'n2 back_to_told_state'] }],
  ['one back to what was reported', through(F, P), notified('n0', P), { skips: ['n1 back_to_told_state'] }],
  ['three that end elsewhere', through(P, F, P, F), null, { groups: one('n1 n2 n3', P, 3) }],
  ['four that come back: unstable', through(P, F, P, F, P), null, { groups: one('n1 n2 n3 n4', P, 4) }],
  [
    'five that come back to what was reported',
    through(P, F, P, F, P, F),
    notified('n0', F),
    {
      groups: one('n1 n2 n3 n4 n5', F, 5),
    },
  ],
  [
    'what the message says is from the state that the recipient knows',
    through(P, F, N),
    notified('n0', F),
    {
      groups: one('n1 n2', F, 2),
    },
  ],
  ['an older change after a newer one', through(P, F), notified('n2', P), { skips: ['n1 superseded'] }],
  ['the one that was reported', through(P, F), notified('n1', F), { reported: ['n1'] }],
  [
    'some before, one that was reported, and newer ones',
    through(P, F, P, F, N),
    notified('n2', P),
    {
      skips: ['n1 superseded'],
      reported: ['n2'],
      groups: one('n3 n4', P, 2),
    },
  ],
];

const ALARMS: readonly Row[] = [
  ['goes off', through('ok', 'alarm'), null, { groups: one('n1', 'ok', 1) }],
  [
    'goes off again, of which nobody said that it was over',
    through('alarm', 'alarm'),
    notified('n0', 'alarm'),
    {
      groups: one('n1', 'alarm', 1),
    },
  ],
  [
    'goes off and returns unreported',
    through('ok', 'alarm', 'ok'),
    null,
    {
      skips: ['n1 failure_not_sent', 'n2 failure_not_sent'],
    },
  ],
  ['returns, which was not reported', through('alarm', 'ok'), null, { skips: ['n1 failure_not_sent'] }],
  ['returns, which was reported', through('alarm', 'ok'), notified('n0', 'alarm'), { groups: one('n1', 'alarm', 1) }],
  [
    'goes off and returns once more',
    through('ok', 'alarm', 'ok'),
    notified('n0', 'ok'),
    {
      skips: ['n1 back_to_told_state', 'n2 back_to_told_state'],
    },
  ],
  [
    'is unstable, and no one heard of it',
    through('ok', 'alarm', 'ok', 'alarm', 'ok'),
    null,
    {
      skips: ['n1', 'n2', 'n3', 'n4'].map((id) => `${id} failure_not_sent`),
    },
  ],
  [
    'is unstable, and was reported',
    through('ok', 'alarm', 'ok', 'alarm', 'ok'),
    notified('n0', 'ok'),
    {
      groups: one('n1 n2 n3 n4', 'ok', 4),
    },
  ],
];

const NOTHING = { groups: [], skips: [], reported: [] };

describe('the gate of a product', () => {
  it.each(GATES)('%s', (_, due, known, decision) => {
    expect(read(decide(due, () => known))).toEqual({ ...NOTHING, ...decision });
  });

  it.each(GATES)('%s: in whatever order the deliveries are found', (_, due, known, decision) => {
    expect(read(decide(due.toReversed(), () => known))).toEqual({ ...NOTHING, ...decision });
  });

  it('is reported where it is back in the state last reported, if a dispatcher died while it sent', () => {
    const { groups, skips } = decide(through(P, F, P), () => null, true);
    expect(groups).toMatchObject([{ from: P, count: 2, newest: { notification_id: 'n2' } }]);
    expect(skips).toEqual([]);
  });

  it('names the newer notification where an older one is superseded', () => {
    const { skips } = decide(through(P, F), () => notified('n2', P));
    expect(skips[0]?.skip.reason).toBe('Superseded: a newer change was reported (notification n2)');
  });
});

describe('a change whose email bounced', () => {
  const again = through(P, F).map((delivery) => ({ ...delivery, due_at: inSeconds(60) }));

  it('is sent again, though it was reported', () => {
    expect(read(decide(again, () => notified('n1', F)))).toEqual({ ...NOTHING, groups: one('n1', P, 1) });
  });

  it('is not sent again where the gate changed since', () => {
    const known = { ...notified('n1', F), unsent_id: 'n2' };
    expect(read(decide(again, () => known))).toEqual({ ...NOTHING, skips: ['n1 superseded'] });
  });
});

describe('what needed no message', () => {
  it.each([
    ['is the newest of those that came back', through(P, F, P), notified('n0', P), 'n2'],
    ['of an alarm that nobody heard of', through('ok', 'alarm', 'ok'), null, 'n2'],
  ])('%s', (_, due, known, newest) => {
    expect(decide(due, () => known).unsent.map(({ notification_id }) => notification_id)).toEqual([newest]);
  });

  it('supersedes what is older, and is decided as before when it is found again', () => {
    const known = { ...notified('n0', P), unsent_id: 'n2' };
    expect(read(decide(through(P, F, P), () => known))).toEqual({
      ...NOTHING,
      skips: ['n1 superseded', 'n2 back_to_told_state'],
    });
  });
});

describe('changes after a dispatcher died, perhaps when it had sent some of them', () => {
  it.each([
    ['back to the state that was reported before', through(P, F, P), notified('n0', P), one('n1 n2', P, 2)],
    ['an alarm that is over', through('ok', 'alarm', 'ok'), null, one('n1 n2', 'ok', 2)],
    ['one change', through(P, F), notified('n0', P), one('n1', P, 1)],
  ])('%s: how it stands is reported', (_, due, known, groups) => {
    expect(read(decide(due, () => known, true))).toEqual({ ...NOTHING, groups });
  });
});

describe('an alarm', () => {
  it.each(ALARMS)('%s', (_, due, known, decision) => {
    expect(read(decide(due, () => known))).toEqual({ ...NOTHING, ...decision });
  });
});

const thrown = (notification_id: string, subject: string, count = 1): Delivery =>
  someDelivery({ notification_id, event: { kind: 'exception', subject: `exception ${subject}`, count } });

describe('exceptions', () => {
  it('are merged by their class, and counted with those that were held back', () => {
    const due = [thrown('n1', 'A'), thrown('n2', 'B', 7), thrown('n3', 'A', 413)];
    expect(read(decide(due, () => null))).toEqual({
      ...NOTHING,
      groups: [
        { of: 'n1 n3', newest: 'n3', from: null, count: 414 },
        { of: 'n2', newest: 'n2', from: null, count: 7 },
      ],
    });
  });

  it('are never superseded', () => {
    const { groups, skips } = decide([thrown('n1', 'A')], () => notified('n9', F));
    expect([groups.length, skips.length]).toEqual([1, 0]);
  });
});

describe('deliveries of several routes', () => {
  it.each([
    ['of two products', { product_id: 'p2', event: { ...eventOf(P, F), subject: 'gate p2' } }],
    ['of a product and the settings', { source: 'settings' }],
    ['to two addresses', { delivery_id: 'email-eve' }],
  ] as const)('%s are not merged', (_, fields) => {
    const due = [someDelivery(), someDelivery({ notification_id: 'n2', ...fields })];
    const { groups, skips } = decide(due, () => null);
    expect(groups.map(({ count }) => count)).toEqual([1, 1]);
    expect(skips).toEqual([]);
  });

  it('are decided by what each was notified of', () => {
    const [mine, other] = [someDelivery(), someDelivery({ delivery_id: 'email-eve' })];
    const { groups, skips } = decide([mine, other], ({ deliveryId }) =>
      deliveryId === 'email-eve' ? notified('n9', P) : null,
    );
    expect(groups.map(({ newest }) => newest.delivery_id)).toEqual(['email-bob']);
    expect(skips.map(({ delivery }) => delivery.delivery_id)).toEqual(['email-eve']);
  });
});
