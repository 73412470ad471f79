import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Script } from 'node:vm';
import { FUNCTION, INDEX } from '../../../../core/contract.ts';
import { REPORT_CHECKS } from '../../../../core/keys.ts';
import type { Table } from '../../../../core/platform/dynamodb/table.ts';
import { findFunction } from '../../../../packages/cdk-local/src/functions/function-definition.ts';
import { readAsyncSettings } from '../../../../packages/cdk-local/src/template/read-functions.ts';
import {
  readMappings,
  readSchedules,
  readSubscriptions,
} from '../../../../packages/cdk-local/src/template/read-sources.ts';
import type { TemplateModel } from '../../../../packages/cdk-local/src/template-model.ts';
import { AsyncFeed } from './async-feed.ts';
import { type ApiAnswer, Client, type Step } from './client.ts';
import type { CallSite, Fault, FaultPlan } from './faults.ts';
import type { Feed, FeedDeps } from './feed.ts';
import { FunctionHost, type Instance, type Invocation, type PendingCall } from './function-host.ts';
import { type Behaviour, Outside } from './outside.ts';
import { SimulatedQueue } from './queue.ts';
import { QueueFeed } from './queue-feed.ts';
import { type Random, seededRandom } from './random.ts';
import { ScheduleFeed } from './schedule-feed.ts';
import { perform, refuse, reply } from './services.ts';
import { StreamFeed } from './stream-feed.ts';
import { type Item, imageOf, type TableEngine } from './table-engine.ts';
import { VirtualTime } from './virtual-time.ts';

/** A write as the stream tells it, and the invocation that made it. */
export type Written = {
  readonly event: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly before: Item | null;
  readonly after: Item | null;
  readonly by: number;
};

export type RunOptions = {
  readonly declared: TemplateModel;
  readonly bundles: ReadonlyMap<string, Script>;
  readonly engine: TableEngine;
  readonly kmsSecret: Uint8Array;
  /** Idle instances of earlier runs. */
  readonly shelf: Instance[];
  readonly seed: string;
  readonly faults: FaultPlan;
  readonly behaviours: readonly Behaviour[];
  /** How far the clocks of functions are from the true one. */
  readonly clocks: Readonly<Record<string, number>>;
  /** Which messages queues lose. */
  readonly loses: (body: string, delaySeconds: number) => boolean;
  /** What share of the messages, batches and events comes twice. */
  readonly doubled: number;
  /** Whether clocks differ and time passes between steps. */
  readonly unruly: boolean;
};

export const START = '2026-12-02T14:00:00.000Z';

/** What the stream may tell of. */
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchWriteItem']);

/** Who writes past the functions. */
const NOBODY = 0;

/** No scenario is that long: one that is turns in a circle. */
const MOST_STEPS = 5_000;
const LONGEST_MS = 20 * 86_400_000;
const QUIET_TURNS = 12;
const BUSY_DEADLINE_MS = 60_000;

/** One run: the functions, what feeds them, and the one loop that decides what happens next. */
export class Simulation {
  readonly time = new VirtualTime(START);
  readonly outside: Outside;
  readonly journal: Written[] = [];
  readonly answers: ApiAnswer[] = [];
  readonly logs: { readonly functionName: string; readonly line: string }[] = [];
  /** Every call that was made, in its order. */
  readonly sites: CallSite[] = [];
  readonly faulted = new Set<number>();
  /** Each call in a line, with its fault or its answer, and when it came: two runs of a seed have the same. */
  readonly trace: string[] = [];
  readonly queues: ReadonlyMap<string, SimulatedQueue>;
  readonly streams: readonly StreamFeed[];
  readonly topic: AsyncFeed;
  /** Whether clocks differ and time leaps. */
  readonly isUnruly: boolean;
  readonly #options: RunOptions;
  readonly #random: Random;
  #requests = 0;
  readonly #host: FunctionHost;
  readonly #feeds: Feed[] = [];
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Set<string>();

  constructor(options: RunOptions) {
    this.#options = options;
    this.isUnruly = options.unruly;
    this.#random = seededRandom(options.seed);
    this.outside = new Outside(options.behaviours);
    const { declared, bundles, shelf, unruly } = options;
    this.#host = new FunctionHost({
      definitions: declared.functions,
      bundles,
      shelf,
      time: this.time,
      seed: options.seed,
      region: declared.stack.region,
      skewMs: unruly ? 400 : 0,
      clocks: options.clocks,
      log: (functionName, line) => this.logs.push({ functionName, line }),
      timedOut: (invocation) => this.faulted.add(invocation),
    });
    this.queues = this.#makeQueues();
    this.streams = this.#follow();
    this.topic = this.#subscribe();
    this.#schedule();
  }

  /** Lets somebody call the API. */
  addClient(steps: readonly Step[]): void {
    const answered = (answer: ApiAnswer) => this.answers.push(answer);
    const newRequestId = () => {
      this.#requests += 1;
      return `request-${this.#requests}`;
    };
    const write = async (writes: (table: Table) => Promise<unknown>) => {
      await writes(this.#options.engine.table());
      await this.#readJournal(NOBODY);
    };
    this.#feeds.push(new Client(steps, { ...this.#feedDeps(0), answered, newRequestId, write }));
  }

  /** Runs until nothing is left to do. Throws where that does not come about. */
  async run(): Promise<void> {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      await this.#halt();
      const ready = this.#feeds.flatMap((feed) => feed.ready());
      const calls = this.#host.calls;
      if (ready.length + calls.length === 0) {
        if (!this.#passTime()) return this.#host.shelve();
        continue;
      }
      if (this.#options.unruly) this.#disturb();
      const chosen = Math.floor(this.#random.next() * (ready.length + calls.length));
      const call = calls[chosen - ready.length];
      if (call === undefined) await ready[chosen]?.();
      else await this.#serve(call);
    }
    throw new Error(`Not at rest after ${MOST_STEPS} steps`);
  }

  /** Waits until the functions have done all that they can do without an answer. */
  async #halt(): Promise<void> {
    const deadline = performance.now() + BUSY_DEADLINE_MS;
    for (;;) {
      const { activity } = this.#host;
      for (let turn = 0; turn < QUIET_TURNS; turn += 1) await nextTurn();
      if (activity !== this.#host.activity) continue;
      if (!this.#host.isBusy) return;
      if (performance.now() > deadline) throw new Error('A function waits for something outside the simulation');
      await sleep(1);
    }
  }

  /** Goes to when something happens next; false when nothing will. */
  #passTime(): boolean {
    const timer = this.time.next((owner) => this.#host.isAwake(owner));
    const times = this.#feeds.flatMap(({ nextAt }) => nextAt ?? []);
    const next = Math.min(...times, timer?.at ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(next)) return false;
    if (next - Date.parse(START) > LONGEST_MS) throw new Error('Not at rest after twenty days');
    if (timer !== null && timer.at <= next) this.time.ring(timer);
    else this.time.moveTo(next);
    return true;
  }

  /** Functions are slow at times, and so is everything before them. */
  #disturb(): void {
    if (!this.#random.chance(0.05)) return;
    const longestMs = this.#host.isRunning ? 5_000 : 2 * 3_600_000;
    this.time.moveTo(this.time.nowMs + this.#random.next() * longestMs);
    for (;;) {
      const timer = this.time.next((owner) => this.#host.isAwake(owner));
      if (timer === null || timer.at > this.time.nowMs) return;
      this.time.ring(timer);
    }
  }

  async #serve(call: PendingCall): Promise<void> {
    this.#host.take(call);
    const invocation = call.instance.current;
    if (invocation === null) return;
    const fault = this.#options.faults(this.#visit(call, invocation));
    if (fault !== null) this.faulted.add(invocation.id);
    const line = `${this.time.nowMs} ${invocation.functionName} ${invocation.id} ${call.operation} ${fault ?? ''}`;
    if (fault !== null && this.#strikeBefore(fault, call)) {
      this.trace.push(line);
      return;
    }
    const isAnswered = fault !== 'kill-after' && fault !== 'lose' && !call.request.isGivenUp();
    const sender = { by: invocation.id, at: this.journal.length, timeMs: this.time.nowMs, isAnswered };
    const answer = await perform({ ...this.#options, queues: this.queues, outside: this.outside }, call, sender);
    this.trace.push(`${line} ${answer === 'lost' ? answer : answer.status}`);
    if (WRITES.has(call.operation)) await this.#readJournal(invocation.id);
    if (fault === 'kill-after') this.#host.kill(call.instance);
    // A reset on a kept connection is tried again at once, and which ones are kept depends on the runs before.
    else if (answer === 'lost') call.request.reset('ETIMEDOUT');
    else if (fault === 'lose') call.request.reset();
    else reply(call, answer, new Date(this.time.nowMs));
  }

  #visit({ service, operation }: PendingCall, { id, functionName }: Invocation): CallSite {
    const nth = (this.#counts.get(functionName) ?? 0) + 1;
    this.#counts.set(functionName, nth);
    const site = { functionName, nth, service, operation, invocation: id };
    this.sites.push(site);
    return site;
  }

  /** Plays a fault that comes before the call is done; false where it comes after. */
  #strikeBefore(fault: Fault, call: PendingCall): boolean {
    switch (fault) {
      case 'kill-before':
        this.#host.kill(call.instance);
        return true;
      case 'fail':
      case 'throttle':
        reply(call, refuse(call.service, fault), new Date(this.time.nowMs));
        return true;
      case 'hang':
        call.instance.hangs = true;
        return true;
      case 'reset':
        call.request.reset();
        return true;
      case 'kill-after':
      case 'lose':
        return false;
      default:
        return fault satisfies never;
    }
  }

  async #readJournal(by: number): Promise<void> {
    for (const record of await this.#options.engine.readStream()) {
      const { NewImage, OldImage } = record.dynamodb;
      const [before, after] = [imageOf(OldImage), imageOf(NewImage)];
      this.journal.push({ event: record.eventName, before, after, by });
      this.#note(before, after);
      for (const stream of this.streams) stream.push(record);
    }
  }

  /** Keeps the keys of what waits: deliveries and notifications, and checks of reports. */
  #note(before: Item | null, after: Item | null): void {
    const { pk, sk } = after ?? before ?? {};
    const isWaiting = after !== null && (after[INDEX.waiting.partitionKey] !== undefined || pk === REPORT_CHECKS);
    if (isWaiting) this.#waiting.add(`${pk} ${sk}`);
    else this.#waiting.delete(`${pk} ${sk}`);
  }

  #feedDeps(doubled: number): FeedDeps {
    return {
      time: this.time,
      random: this.#random,
      doubled,
      invoke: (name, event, end) => this.#host.invoke(name, event, end),
    };
  }

  #makeQueues(): ReadonlyMap<string, SimulatedQueue> {
    const made = new Map<string, SimulatedQueue>();
    const deps = { time: this.time, random: this.#random, loses: this.#options.loses };
    for (const definition of this.#options.declared.queues) {
      const { doubled } = this.#options;
      const target = definition.RedrivePolicy?.deadLetterTargetArn;
      const deadLetters = [...made.values()].find((queue) => queue.definition.arn === target) ?? null;
      made.set(definition.url, new SimulatedQueue(definition, { ...deps, doubled, deadLetters }));
    }
    return made;
  }

  #functionName(nameOrArn: string): string {
    const found = findFunction(this.#options.declared.functions, nameOrArn);
    if (found === undefined) throw new Error(`The template has no function ${nameOrArn}`);
    return found.target.name;
  }

  /** Starts what the mappings feed: queues here, streams as they are returned. */
  #follow(): StreamFeed[] {
    const { declared, doubled } = this.#options;
    const streams: StreamFeed[] = [];
    for (const mapping of readMappings(declared.stack)) {
      const functionName = this.#functionName(mapping.FunctionName);
      const queue = [...this.queues.values()].find(({ definition }) => definition.arn === mapping.EventSourceArn);
      if (queue !== undefined) this.#feeds.push(new QueueFeed(mapping, functionName, queue, this.#feedDeps(doubled)));
      else streams.push(new StreamFeed(mapping, functionName, this.#feedDeps(doubled)));
    }
    this.#feeds.push(...streams);
    return streams;
  }

  /** The sweeper, while something waits. */
  #schedule(): void {
    for (const { functionArn, expression } of readSchedules(this.#options.declared.stack)) {
      const functionName = this.#functionName(functionArn);
      if (functionName !== FUNCTION.sweeper) continue;
      const isNeeded = () => this.#waiting.size > 0;
      this.#feeds.push(new ScheduleFeed({ functionName, expression, isNeeded }, this.#feedDeps(0)));
    }
  }

  #subscribe(): AsyncFeed {
    const { declared, doubled } = this.#options;
    const subscription = readSubscriptions(declared.stack).find(
      ({ Endpoint }) => this.#functionName(Endpoint) === FUNCTION.alarms,
    );
    if (subscription === undefined) throw new Error('Nobody follows the topic of the alarms');
    const functionName = this.#functionName(subscription.Endpoint);
    const settings = readAsyncSettings(declared.stack).get(subscription.Endpoint);
    const feed = new AsyncFeed(functionName, settings?.maximumRetryAttempts ?? 2, this.#feedDeps(doubled));
    this.#feeds.push(feed);
    return feed;
  }
}
