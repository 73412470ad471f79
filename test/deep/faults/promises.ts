import { isDeepStrictEqual } from 'node:util';
import { LOST_EXCEPTION } from '../../../core/contract.ts';
import { eventOf, hasState } from '../../../core/deliveries/event.ts';
import { exceptionWindowSchema } from '../../../core/exceptions/window.ts';
import { notificationSchema } from '../../../core/notifications/model.ts';
import { isTombstone } from '../../../core/notifications/store/tombstone.ts';
import { productSchema } from '../../../core/products/model.ts';
import { settingsSchema } from '../../../core/settings/model.ts';
import { parseHealth } from '../../../core/targets/store/health.ts';
import { type Account, type Message, type Row, writesOf } from './account.ts';
import { type Ends, endsOf, type Scenario, targetShown } from './scenario.ts';
import type { ApiAnswer } from './sim/client.ts';
import type { Taken } from './sim/outside.ts';

/** What is not as promised, in words; empty where all is well. */
type Check = (account: Account, scenario: Scenario) => string[];

const count = <Of>(of: readonly Of[], name: (of: Of) => string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const entry of of) counts.set(name(entry), (counts.get(name(entry)) ?? 0) + 1);
  return counts;
};

const born = (account: Account) =>
  writesOf(account, 'NOTIFICATION')
    .filter(({ event }) => event === 'INSERT')
    .map(({ after }) => notificationSchema.parse(after));

/** One gate change, one notification: by the table's own journal. Of a product that is deleted it may be missing. */
const gateChangesAreTold: Check = (account) => {
  const writes = writesOf(account, 'PRODUCT');
  const gone = new Set(writes.filter(({ after }) => after === null).map(({ before }) => before?.['id']));
  const flips = writes.flatMap(({ before, after }) => {
    if (before === null || after === null) return [];
    const [was, is] = [productSchema.parse(before), productSchema.parse(after)];
    return was.security_gate_passed === is.security_gate_passed ? [] : [is];
  });
  const due = count(flips, ({ id, updated }) => `${id} at ${updated}`);
  const gates = born(account).filter(({ to }) => to !== null);
  const told = count(gates, ({ product_id, created }) => `${product_id} at ${created}`);
  const names = [...new Set([...due.keys(), ...told.keys()])];
  return names.flatMap((name) => {
    const [wanted, found] = [due.get(name) ?? 0, told.get(name) ?? 0];
    if (found === wanted || (found < wanted && gone.has(name.split(' at ')[0]))) return [];
    return [`The gate of ${name} changed ${wanted} times and was told ${found} times`];
  });
};

const exceptionName = (of: {
  readonly exception_class: string | null;
  readonly function: string | null;
  readonly message: string;
  readonly arguments: string | null;
}) => JSON.stringify([of.exception_class, of.function, of.message, of.arguments]);

/** One exception window, one notification; and what it held back is told of, all of it. */
const windowsAreTold: Check = (account) => {
  const writes = writesOf(account, 'WINDOW').flatMap(({ before, after }) =>
    after === null
      ? []
      : [{ was: before === null ? null : exceptionWindowSchema.parse(before), is: exceptionWindowSchema.parse(after) }],
  );
  // One that counts another equal is not opened, though its opening may be set right.
  const isOpening = ({ was, is }: (typeof writes)[number]) =>
    was === null ||
    was.notification_id !== is.notification_id ||
    (was.opened_at !== is.opened_at && is.held_back <= was.held_back);
  const isTelling = ({ was, is }: (typeof writes)[number]) =>
    isOpening({ was, is }) || (was?.held_back ?? 0) > is.held_back;
  const due = count(writes.filter(isTelling), ({ is }) => exceptionName(is));
  const exceptions = born(account).filter((of) => of.type !== 'security_gate' && of.broken_channel === undefined);
  const told = count(exceptions, exceptionName);
  const names = [...new Set([...due.keys(), ...told.keys()])];
  const unequal = names.filter((name) => due.get(name) !== told.get(name));
  const held = writes.filter((of) => !isTelling(of) && of.is.held_back > (of.was?.held_back ?? 0)).length;
  const suppressed = exceptions.reduce((sum, of) => sum + (of.suppressed ?? 0), 0);
  return [
    ...unequal.map(
      (name) => `The windows of ${name} were ${due.get(name) ?? 0}, its notifications ${told.get(name) ?? 0}`,
    ),
    ...(held === suppressed ? [] : [`${held} exceptions were held back and ${suppressed} told of`]),
  ];
};

/** A request with an idempotency key is done once, however often it is sent, and answered in the same way each time. */
const keyedWritesAreOnce: Check = (account, { keyed }) => {
  if (keyed === undefined) return [];
  const created = writesOf(account, 'PRODUCT').filter(({ event }) => event === 'INSERT').length;
  const reported = writesOf(account, 'WINDOW').flatMap(({ before, after }) => {
    const [was, is] = [exceptionWindowSchema.safeParse(before).data, exceptionWindowSchema.safeParse(after).data];
    // What the faults themselves bring about is of another origin.
    return is?.origin === 'reported' ? Math.max(0, is.held_back - (was?.held_back ?? 0)) : [];
  });
  const heldBack = reported.reduce((sum, more) => sum + more, 0);
  const answers = account.simulation.answers.filter(
    ({ route, status }) => route === 'POST /api/products' && status < 300,
  );
  return [
    ...(created === keyed.products ? [] : [`${created} products were created`]),
    ...(heldBack === keyed.heldBack ? [] : [`${heldBack} exceptions were held back`]),
    ...(answers.every(({ body }) => isDeepStrictEqual(body, answers[0]?.body)) ? [] : ['The answers differ']),
  ];
};

/** A channel that is found to be broken is told of once, by the table's own journal. */
const brokenChannelsAreTold: Check = (account) => {
  const found = writesOf(account, 'CHANNELS').flatMap(({ before, after }) => {
    const known = parseHealth(before ?? undefined);
    return [...parseHealth(after ?? undefined)].filter(
      ([name, { broken_at }]) => broken_at !== null && known.get(name)?.broken_at !== broken_at,
    );
  });
  const told = born(account).filter((of) => of.broken_channel !== undefined);
  return found.length === told.length ? [] : [`${found.length} channels broke, and ${told.length} were told of`];
};

/** What the scenario brings about is there, once, and nothing else but what the faults themselves brought about. */
const scenarioIsTold: Check = (account, { told }) => {
  const all = born(account);
  const isFaulty = account.simulation.faulted.size > 0;
  const problems = told.flatMap(({ name, times = 1, ends, heldBack = 0, mayBeMissed = false }) => {
    const mayBeAbsent = ends === 'gone' || (mayBeMissed && isFaulty);
    const found = all.filter((of) => of.name === name);
    const first = found.filter(({ suppressed, resolved }) => suppressed === null || resolved).length;
    const later = found.reduce((sum, of) => sum + (of.suppressed ?? 0), 0);
    return [
      ...(first === times || (first < times && mayBeAbsent) ? [] : [`"${name}" was told ${first} times`]),
      ...(later >= heldBack ? [] : [`"${name}" was held back ${heldBack} times, and told of ${later}`]),
    ];
  });
  const names = new Set(told.map(({ name }) => name));
  const others = all.filter(({ name }) => !names.has(name));
  return [...problems, ...(isFaulty ? [] : others.map(({ name }) => `"${name}" was told, for no reason`))];
};

const endsAs = (found: Readonly<Record<string, string>>, ends: Ends): boolean =>
  isDeepStrictEqual(Object.keys(found).toSorted(), Object.keys(ends).toSorted()) &&
  Object.entries(ends).every(([name, end]) => [end].flat().some((allowed) => allowed === found[name]));

/**
 * Silence is accountable: of every notification there is one row for each recipient, which says what became of it, and why.
 * Nothing waits any more.
 */
const accountsAreComplete: Check = (account, scenario) =>
  account.notifications.flatMap((of) => {
    const ends = endsOf(scenario, of.name);
    if (ends === 'gone') return [`"${of.name}" was not deleted`];
    const deliveries = account.deliveries.filter(({ notification_id }) => notification_id === of.id);
    const found = Object.fromEntries(deliveries.map(({ name, status }) => [name, status]));
    const unreasoned = deliveries.filter(
      ({ status, last_error, reason_code }) =>
        (status !== 'sent' && !last_error) || (status === 'skipped') !== (reason_code !== null),
    );
    const letterless = deliveries.filter(
      ({ status, settled_at, delivery_id }) =>
        status === 'failed' &&
        !account.letters.some(
          (letter) =>
            letter.notification_id === of.id && letter.delivery_id === delivery_id && letter.retry_of === settled_at,
        ),
    );
    return [
      ...(of.fanned_out_at === undefined ? [`"${of.name}" was not fanned out`] : []),
      ...(endsAs(found, ends) ? [] : [`"${of.name}" ended as ${JSON.stringify(found)}`]),
      ...unreasoned.map(({ name }) => `"${of.name}" to ${name} has no reason`),
      ...letterless.map(({ name }) => `"${of.name}" to ${name} is in no dead-letter queue`),
    ];
  });

/** A failure is one letter; a function that dies between the letter and its mark sends another. */
const lettersAreSingle: Check = ({ letters, simulation }) =>
  simulation.faulted.size > 0
    ? []
    : [...count(letters, (of) => JSON.stringify(of))].flatMap(([letter, times]) =>
        times === 1 ? [] : [`${letter} is ${times} letters`],
      );

const messageName = ({ notificationId, name }: Message) => `${notificationId} to ${name}`;

const byDelivery = ({ messages }: Account): Message[][] => [...Map.groupBy(messages, messageName).values()];

/** Messages that came although an equal one had come before. */
export const secondMessages = (account: Account): number =>
  byDelivery(account).reduce((sum, equal) => sum + equal.length - 1, 0);

/**
 * A second message comes only where the answer to the one before was lost, or the function that sent it was struck between
 * the target's answer and the settling; all others are settled by who sent them. A client that got no answer in time may
 * ask again at once: both are of one invocation then.
 */
const nothingIsDoubled: Check = (account) =>
  byDelivery(account).flatMap((equal) =>
    equal
      .filter((of, position) => {
        const [next, isStruck] = [equal[position + 1], account.simulation.faulted.has(of.by)];
        if (!account.isSettled(of)) return of.isAnswered && !isStruck;
        return of.isAnswered && next !== undefined && !(isStruck && next.by === of.by);
      })
      .map((of) => `${messageName(of)}: after invocation ${of.by} had sent it, it came again or was not settled`),
  );

/** What a message about a subject reports: what it links to, and what is older. */
const reports = ({ notificationId, name }: Message, row: Row, subjects: ReadonlyMap<string, string>): boolean =>
  name === row.name &&
  notificationId >= row.notification_id &&
  subjects.get(notificationId) === subjects.get(row.notification_id);

/** What each notification that there ever was is about. */
const subjectsOf = (account: Account): ReadonlyMap<string, string> =>
  new Map(born(account).map((of) => [of.id, eventOf(of).subject]));

/** What is recorded as sent was taken, where the row says that it was sent to; and each message is about something. */
const booksAgree: Check = (account) => {
  const subjects = subjectsOf(account);
  const untrue = account.deliveries.filter(
    (row) =>
      row.status === 'sent' &&
      !account.messages.some((of) => reports(of, row, subjects) && targetShown(of.target) === row.target),
  );
  const unknown = account.messages.filter(({ notificationId }) => !subjects.has(notificationId));
  return [
    ...untrue.map(({ notification_id, name }) => `${notification_id} to ${name} is recorded as sent, and was not`),
    ...unknown.map((of) => `${messageName(of)} is about nothing`),
  ];
};

const thresholdOf = { critical: 'security_gate_threshold_critical', high: 'security_gate_threshold_high' } as const;

/** Every product ends with the gate of the latest settings, computed here once more. */
const gatesAreRight: Check = ({ all }) => {
  const ruling = settingsSchema.parse(all.find(({ sk }) => sk === 'SETTINGS'));
  const products = all.filter(({ sk }) => sk === 'PRODUCT').map((item) => productSchema.parse(item));
  const passes = ({ observation_counts }: (typeof products)[number]) =>
    observation_counts.critical <= ruling[thresholdOf.critical] && observation_counts.high <= ruling[thresholdOf.high];
  return products
    .filter((of) => of.security_gate_passed !== (of.security_gate_active === false ? null : passes(of)))
    .map(({ id }) => `The gate of ${id} is not that of the settings`);
};

/** Nothing is left of what was deleted. */
const deletedIsGone: Check = (account) => {
  const removed = (sortKey: string) =>
    writesOf(account, sortKey).flatMap(({ before, after }) =>
      after === null || isTombstone(after) ? [String(before?.['id'])] : [],
    );
  const products = new Set(removed('PRODUCT'));
  const notifications = new Set(removed('NOTIFICATION'));
  const isLeft = ({ pk, sk, product_id, ...item }: Account['all'][number]) =>
    sk !== 'WINDOW' &&
    !(sk === 'NOTIFICATION' && isTombstone(item)) &&
    ([...products].some((id) => pk === `PRODUCT#${id}` || sk === id || product_id === id) ||
      [...notifications].some((id) => pk === `NOTIFICATION#${id}` || sk.endsWith(`#${id}`)));
  return account.all.filter(isLeft).map(({ pk, sk }) => `${pk} ${sk} is left`);
};

/** Nothing was given up on the way. */
const nothingIsGivenUp: Check = ({ queued, simulation }) => [
  ...queued
    .filter(({ definition }) => !definition.logicalId.startsWith('DeliveryQueueDeadLetters'))
    .flatMap(({ definition, bodies }) => bodies.map((body) => `${definition.logicalId} still has ${body}`)),
  ...simulation.streams.flatMap(({ discarded }) => discarded.map(() => 'A record of the stream was given up')),
  ...simulation.topic.discarded.map(() => 'An alarm was given up'),
  // Where time leaps, table and queue may both take too long: the log is the third way then, and whoever called tries again.
  ...simulation.logs
    .filter(({ line }) => !simulation.isUnruly && line.includes(LOST_EXCEPTION))
    .map(({ line }) => line),
];

/** Answers of who asks for something again that was done; a delivery may be sent before it is asked to be sent again. */
const isAccepted = ({ route, status }: ApiAnswer): boolean =>
  status < 300 || (status === 404 && route.startsWith('DELETE')) || (status === 409 && route.endsWith('/retry'));

/** Whoever asked got an answer in the end. */
const callersAreAnswered: Check = ({ simulation }) =>
  simulation.answers
    .filter((answer) => answer.status < 500 && !isAccepted(answer))
    .map(({ route, status, body }) => `${route} answered ${status} ${JSON.stringify(body)}`);

/** After a pause, two may come together (GCRA). */
const BURST = 2;

/** As synthesize-stack.ts configures it. */
const intervalMsOf = (target: string): number => (target.includes('@') ? 60_000 : 10_000);

/** What a sender posts again at once, over a new connection, as the old one broke, is one message. */
const distinctPosts = (taken: readonly Taken[]): readonly Taken[] =>
  taken.filter((of, position) => {
    const before = taken[position - 1];
    return before === undefined || before.isAnswered || before.by !== of.by || before.body !== of.body;
  });

/**
 * No target gets more than one message in its interval, but for a burst of two, whatever died meanwhile. Where time leaps
 * between two steps of a function, no function can keep that.
 */
const ratesAreKept: Check = ({ simulation }) => {
  if (simulation.isUnruly) return [];
  return [...Map.groupBy(simulation.outside.taken, ({ target }) => target)].flatMap(([target, taken]) => {
    const times = distinctPosts(taken)
      .map(({ timeMs }) => timeMs)
      .toSorted((one, other) => one - other);
    const crowded = times.some((first, from) =>
      times.slice(from).some((last, more) => more + 1 > (last - first) / intervalMsOf(target) + BURST),
    );
    return crowded ? [`${target} got messages at ${times.map((ms) => new Date(ms).toISOString()).join(', ')}`] : [];
  });
};

/** What a route heard of a gate or an alarm, in its order. */
const heardBy = ({ messages }: Account, row: Row, subjects: ReadonlyMap<string, string>): string[] =>
  messages.flatMap(({ name, notificationId }) =>
    name === row.name && subjects.get(notificationId) === row.event.subject ? [notificationId] : [],
  );

/** The newest row of each route about each gate and each alarm. */
const newestRows = ({ deliveries }: Account): Row[] => {
  const newest = new Map<string, Row>();
  for (const row of deliveries.filter(({ event }) => hasState(event))) {
    const route = `${row.event.subject} at ${row.name}`;
    const known = newest.get(route);
    if (known === undefined || known.notification_id < row.notification_id) newest.set(route, row);
  }
  return [...newest.values()];
};

/** A route never hears of an older change after a newer one. */
const orderIsKept: Check = (account) => {
  const subjects = subjectsOf(account);
  return newestRows(account).flatMap((row) => {
    const heard = heardBy(account, row, subjects);
    const late = heard.filter((id, position) => heard.slice(0, position).some((before) => before > id));
    return late.map((id) => `${row.name} heard of ${id} after a newer change of ${row.event.subject}`);
  });
};

/** Reasons for silence that claim that the recipient knows how things stand. */
const KNOWS: ReadonlySet<string | null> = new Set(['superseded', 'back_to_told_state']);

/**
 * The state that a route was told last is the true one; and where it was told nothing, nothing has changed. But for a row
 * that says why the change could not be told.
 */
const lastWordIsTrue: Check = (account) => {
  const subjects = subjectsOf(account);
  const changes = born(account).flatMap((of) => {
    const event = eventOf(of);
    return hasState(event) ? [{ id: of.id, from: event.from, to: event.to }] : [];
  });
  return newestRows(account).flatMap((row) => {
    const ofGate = changes.filter(({ id }) => subjects.get(id) === row.event.subject);
    const latest = ofGate.toSorted((one, other) => (one.id < other.id ? 1 : -1))[0];
    const isTold = row.status === 'sent' || KNOWS.has(row.reason_code);
    // The newest change was deleted, and tells nothing.
    if (latest?.id !== row.notification_id || !isTold) return [];
    const last = heardBy(account, row, subjects).at(-1);
    const known = last === undefined ? ofGate.at(0)?.from : ofGate.find(({ id }) => id === last)?.to;
    return known === latest.to
      ? []
      : [`The last word on ${row.event.subject} at ${row.name} is "${known}", and it is "${latest.to}"`];
  });
};

/** While nobody knows whether a message arrived, only that very message is sent again. */
const doubtIsRepeated: Check = ({ simulation: { outside, faulted } }) =>
  outside.taken.flatMap((message, position) => {
    if (message.isAnswered || faulted.has(message.by) || message.target.includes('@')) return [];
    const next = outside.taken.slice(position + 1).find(({ target }) => target === message.target);
    return next === undefined || next.body === message.body
      ? []
      : [`${message.target} got another message while in doubt`];
  });

/** Where nothing breaks, nobody has to wait for the sweeper. */
const messagesArePrompt: Check = ({ messages, simulation, notifications }, { promptMs }) => {
  if (promptMs === undefined || simulation.isUnruly || simulation.faulted.size > 0) return [];
  return messages.flatMap((of) => {
    const created = notifications.find(({ id }) => id === of.notificationId)?.created ?? '';
    return of.timeMs - Date.parse(created) <= promptMs ? [] : [`${messageName(of)} came late`];
  });
};

/** No log quotes a webhook's URL. */
const secretsAreKept: Check = ({ simulation, queued }) =>
  [...simulation.logs.map(({ line }) => line), ...queued.flatMap(({ bodies }) => bodies)]
    .filter((text) => /hooks\.slack\.com\/|powerplatform\.com\//.test(text))
    .map((text) => `A webhook is quoted: ${text}`);

const CHECKS: readonly Check[] = [
  gateChangesAreTold,
  windowsAreTold,
  keyedWritesAreOnce,
  brokenChannelsAreTold,
  scenarioIsTold,
  accountsAreComplete,
  lettersAreSingle,
  nothingIsDoubled,
  booksAgree,
  gatesAreRight,
  deletedIsGone,
  nothingIsGivenUp,
  callersAreAnswered,
  ratesAreKept,
  orderIsKept,
  lastWordIsTrue,
  doubtIsRepeated,
  messagesArePrompt,
  secretsAreKept,
];

/** Holds a run against the promises; returns what was broken, in words. */
export const brokenPromises = (account: Account, scenario: Scenario): string[] =>
  CHECKS.flatMap((check) => check(account, scenario));
