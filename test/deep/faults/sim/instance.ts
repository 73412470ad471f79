import crypto from 'node:crypto';
import fsPromises from 'node:fs/promises';
import { createRequire } from 'node:module';
import { formatWithOptions } from 'node:util';
import type { Script } from 'node:vm';
import type { Random } from './random.ts';
import type { Timer, VirtualTime } from './virtual-time.ts';
import { overlay, type Wire } from './wire.ts';

/**
 * What an instance lives in: everything that it could do to the world, or the world to it, comes through here. Another run
 * that takes the instance over brings another world, so nothing of it is kept by who reads it.
 */
export type Surroundings = {
  time: VirtualTime;
  chance: Chance;
  /** How far its clock is from the true one. */
  skewMs: number;
  log: (line: string) => void;
};

/**
 * Randomness, a source for each use: how much the SDK draws may depend on whether a client was used before, and must not
 * change what the functions draw.
 */
export type Chance = { readonly math: Random; readonly uuid: Random; readonly bytes: Random };

/** What an instance is made of. */
type Instance = {
  readonly script: Script;
  readonly environment: Readonly<Record<string, string>>;
  readonly wire: Wire;
  readonly surroundings: Surroundings;
  /** Names the instance: its timers are kept under it. */
  readonly owner: object;
};

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const nodeRequire = createRequire(import.meta.url);

/** What Node's `setTimeout` returns, as far as anybody looks at it. */
class TimerHandle {
  readonly timer: Timer;
  constructor(timer: Timer) {
    this.timer = timer;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
}

const timersOf = ({ surroundings, owner }: Instance) => ({
  setTimeout: (run: (...args: unknown[]) => void, ms: number, ...args: unknown[]) =>
    new TimerHandle(surroundings.time.set(owner, ms, () => run(...args))),
  clearTimeout: (handle: unknown) => {
    if (handle instanceof TimerHandle) surroundings.time.clear(handle.timer);
  },
});

const delayOf =
  ({ surroundings, owner }: Instance) =>
  (ms: number, value?: unknown, { signal }: { readonly signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const abort = () => {
        surroundings.time.clear(timer);
        reject(new DOMException('The operation was aborted', 'AbortError'));
      };
      const timer = surroundings.time.set(owner, ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
    });

const dateOf = ({ surroundings }: Instance): DateConstructor => {
  const now = () => Math.floor(surroundings.time.nowMs + surroundings.skewMs);
  return new Proxy(Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new Date(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
};

const abortSignalOf = ({ surroundings, owner }: Instance): unknown =>
  overlay(AbortSignal, {
    timeout: (ms: number) => {
      const controller = new AbortController();
      surroundings.time.set(owner, ms, () =>
        controller.abort(new DOMException('The operation timed out', 'TimeoutError')),
      );
      return controller.signal;
    },
  });

const consoleOf = ({ surroundings }: Instance) => {
  const write = (...parts: unknown[]) =>
    surroundings.log(
      parts
        .map((part) => (typeof part === 'object' ? JSON.stringify(part) : formatWithOptions({ colors: false }, part)))
        .join(' '),
    );
  return { log: write, info: write, warn: write, error: write, debug: write, trace: write };
};

/** UUIDs of version 4 out of the seed. */
const uuidOf = (random: Random): string => {
  const hex = random.bytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** Built-in modules that would reach past the simulation. */
const builtInsOf = (of: Instance, process: unknown): ReadonlyMap<string, unknown> => {
  const { wire, surroundings } = of;
  const noFile = async () => {
    throw Object.assign(new Error('ENOENT: a Lambda has no such file'), { code: 'ENOENT' });
  };
  const bytes = (size: number) => surroundings.chance.bytes.bytes(size);
  const entries: [string, unknown][] = [
    ['http', wire.http],
    ['https', wire.https],
    ['process', process],
    ['timers', timersOf(of)],
    ['timers/promises', { setTimeout: delayOf(of) }],
    ['crypto', overlay(crypto, { randomUUID: () => uuidOf(surroundings.chance.uuid), randomBytes: bytes })],
    ['fs/promises', overlay(fsPromises, { readFile: noFile })],
  ];
  return new Map(entries.flatMap(([name, module]) => [[name, module] as const, [`node:${name}`, module] as const]));
};

/** The names under which a bundle finds what surrounds it; `bundles.ts` wraps it in a function of them. */
export const PARAMETERS = [
  'module',
  'exports',
  'require',
  'process',
  'Date',
  'Math',
  'setTimeout',
  'clearTimeout',
  'AbortSignal',
  'console',
] as const;

/** Evaluates a bundle, as Lambda does at a cold start, and returns its handler. */
export const evaluateBundle = (of: Instance): Handler => {
  const module = { exports: {} };
  const stdout = { write: (text: string) => of.surroundings.log(text) };
  const process = overlay(globalThis.process, { env: { ...of.environment }, stdout });
  const builtIns = builtInsOf(of, process);
  const { setTimeout, clearTimeout } = timersOf(of);
  const math = Object.create(Math, { random: { value: () => of.surroundings.chance.math.next() } });
  const values: Record<(typeof PARAMETERS)[number], unknown> = {
    module,
    exports: module.exports,
    require: (name: string) => builtIns.get(name) ?? nodeRequire(name),
    process,
    Date: dateOf(of),
    Math: math,
    setTimeout,
    clearTimeout,
    AbortSignal: abortSignalOf(of),
    console: consoleOf(of),
  };
  const evaluate: unknown = of.script.runInThisContext();
  if (typeof evaluate !== 'function') throw new Error('A bundle is not wrapped');
  evaluate(...PARAMETERS.map((name) => values[name]));
  const handler: unknown = Reflect.get(module.exports, 'handler');
  if (typeof handler !== 'function') throw new Error('A bundle exports no handler');
  return async (event, context) => await handler(event, context);
};
