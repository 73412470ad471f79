import type { Script } from 'node:vm';
import { signerOf } from '../../../../packages/cdk-local/src/aws-proxy/describe-call.ts';
import type { FunctionDefinition } from '../../../../packages/cdk-local/src/functions/function-definition.ts';
import { instanceEnvironment } from '../../../../packages/cdk-local/src/functions/instance-environment.ts';
import type { InvokeResult } from '../../../../packages/cdk-local/src/lambda.ts';
import type { CallSite } from './faults.ts';
import { type Chance, evaluateBundle, type Handler, type Surroundings } from './instance.ts';
import { seededRandom } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';
import { createWire, type WireRequest } from './wire.ts';

/** One execution environment; it handles one event at a time. Its timers run under it, while it handles one. */
export type Instance = {
  readonly definition: FunctionDefinition;
  readonly surroundings: Surroundings;
  handler: Handler;
  arrive: (request: WireRequest) => void;
  current: Invocation | null;
  isAlive: boolean;
  /** A call of it hangs. */
  hangs: boolean;
};

/** One event in a function's hands. */
export type Invocation = {
  readonly id: number;
  readonly functionName: string;
  readonly end: (result: InvokeResult) => void;
};

/** A call that waits to be served. */
export type PendingCall = {
  readonly instance: Instance;
  readonly service: CallSite['service'];
  readonly operation: string;
  readonly request: WireRequest;
};

export type HostDeps = {
  readonly definitions: readonly FunctionDefinition[];
  readonly bundles: ReadonlyMap<string, Script>;
  readonly time: VirtualTime;
  /** Determines, with the number of an invocation, what is random in it. */
  readonly seed: string;
  readonly region: string;
  /** The greatest difference of an instance's clock from the true one. */
  readonly skewMs: number;
  /** How far the clocks of functions are from the true one besides that. */
  readonly clocks: Readonly<Record<string, number>>;
  readonly log: (functionName: string, line: string) => void;
  readonly timedOut: (invocation: number) => void;
  /** Idle instances of earlier runs, which save their cold starts. */
  readonly shelf: Instance[];
};

const chanceOf = (seed: string): Chance => ({
  math: seededRandom(`${seed} math`),
  uuid: seededRandom(`${seed} uuid`),
  bytes: seededRandom(`${seed} bytes`),
});

const describe = (request: WireRequest): Pick<PendingCall, 'service' | 'operation'> => {
  const { service } = signerOf(request.incoming);
  if (service === '') return { service: 'webhook', operation: 'POST' };
  if (service !== 'dynamodb' && service !== 'sqs' && service !== 'ses' && service !== 'kms') {
    throw new Error(`The simulation has no ${service}`);
  }
  const target = request.incoming.headers['x-amz-target'];
  const operation =
    typeof target === 'string' ? target.split('.')[1] : /Action=(\w+)/.exec(request.body.toString())?.[1];
  return { service, operation: operation ?? '' };
};

/**
 * Runs the functions: their bundles, in this process, but with nothing of it in reach. What an instance sends arrives here
 * and waits until the simulation serves it. An instance that is killed gets no answer and no timer any more, and what it
 * sends is dropped: whatever its promises still do has no effect on anything.
 */
export class FunctionHost {
  /** Calls that wait, also those of instances that are frozen. */
  readonly #pending: PendingCall[] = [];
  readonly #instances = new Set<Instance>();
  readonly #deps: HostDeps;
  #invocations = 0;
  /** Counts what functions do, so that the simulation sees when they have come to a halt. */
  activity = 0;

  constructor(deps: HostDeps) {
    this.#deps = deps;
  }

  /** By what makes them, and not by when they came: that may depend on whether a client was used before. */
  get calls(): PendingCall[] {
    const place = ({ instance, operation }: PendingCall) =>
      `${String(instance.current?.id).padStart(6, '0')} ${operation}`;
    const running = this.#pending.filter(({ instance }) => instance.current !== null);
    return running.toSorted((one, other) => (place(one) < place(other) ? -1 : Number(place(one) > place(other))));
  }

  get isRunning(): boolean {
    return [...this.#instances].some(({ current }) => current !== null);
  }

  /** Running, and waiting for neither a call nor a timer: it is busy with something that the simulation does not see. */
  get isBusy(): boolean {
    const waits = (instance: Instance) =>
      this.#pending.some((call) => call.instance === instance) || this.#deps.time.has(instance);
    return [...this.#instances].some((instance) => instance.current !== null && !instance.hangs && !waits(instance));
  }

  /** Whether timers of this owner run: those of an instance that handles nothing are frozen. */
  isAwake(owner: object): boolean {
    for (const instance of this.#instances) if (instance === owner) return instance.current !== null;
    return true;
  }

  /** Takes a call out of those that wait. */
  take(call: PendingCall): void {
    this.#pending.splice(this.#pending.indexOf(call), 1);
  }

  invoke(functionName: string, event: unknown, end: (result: InvokeResult) => void): void {
    const instance = this.#idle(functionName) ?? this.#start(functionName);
    this.#invocations += 1;
    const invocation: Invocation = { id: this.#invocations, functionName, end };
    instance.current = invocation;
    instance.surroundings.chance = chanceOf(`${this.#deps.seed} ${invocation.id}`);
    const { timeoutSeconds } = instance.definition;
    const timeOut = () => {
      this.#deps.timedOut(invocation.id);
      this.kill(instance, `Task timed out after ${timeoutSeconds} seconds`);
    };
    this.#deps.time.set(invocation, timeoutSeconds * 1_000, timeOut);
    const finish = (result: InvokeResult) => {
      if (instance.isAlive && instance.current === invocation) this.#finish(instance, result);
    };
    const context = { awsRequestId: String(invocation.id), functionName, getRemainingTimeInMillis: () => 1_000 };
    instance.handler(structuredClone(event), context).then(
      (payload) => finish({ kind: 'ok', payload }),
      (error) => finish({ kind: 'error', errorType: error.name, message: String(error.message) }),
    );
  }

  /**
   * Puts the instances that nothing has happened to where the next run finds them. What timers they have left are limits of
   * requests that have ended.
   */
  shelve(): void {
    for (const instance of this.#instances) {
      const waits = this.#pending.some((call) => call.instance === instance);
      if (instance.current === null && !instance.hangs && !waits) this.#deps.shelf.push(instance);
    }
    this.#instances.clear();
  }

  /** Ends an instance at once, with whatever it is doing. */
  kill(instance: Instance, message = 'Runtime exited'): void {
    instance.isAlive = false;
    this.#instances.delete(instance);
    this.#deps.time.clearAllOf(instance);
    for (const call of this.#pending.filter((candidate) => candidate.instance === instance)) this.take(call);
    if (instance.current !== null) this.#finish(instance, { kind: 'error', errorType: 'Runtime.ExitError', message });
  }

  #finish(instance: Instance, result: InvokeResult): void {
    const { current } = instance;
    if (current === null) return;
    this.activity += 1;
    instance.current = null;
    this.#deps.time.clearAllOf(current);
    current.end(result);
  }

  #idle(functionName: string): Instance | undefined {
    const isIdle = ({ definition, current }: Instance) => definition.name === functionName && current === null;
    return [...this.#instances].find(isIdle);
  }

  #start(functionName: string): Instance {
    const { time, seed, skewMs, clocks, log, shelf } = this.#deps;
    const write = (line: string) => {
      if (instance.isAlive) log(functionName, line);
    };
    const chance = chanceOf(`${seed} start ${this.#invocations}`);
    const wrongMs = (chance.math.next() * 2 - 1) * skewMs + (clocks[functionName] ?? 0);
    const surroundings = { time, chance, skewMs: wrongMs, log: write };
    const kept = shelf.findIndex(({ definition }) => definition.name === functionName);
    const instance = shelf.splice(kept, kept === -1 ? 0 : 1)[0] ?? this.#coldStart(functionName, surroundings);
    Object.assign(instance.surroundings, surroundings);
    instance.arrive = (request) => this.#arrive(instance, request);
    this.#instances.add(instance);
    return instance;
  }

  #coldStart(functionName: string, surroundings: Surroundings): Instance {
    const { definitions, bundles, region } = this.#deps;
    const definition = definitions.find(({ name }) => name === functionName);
    const script = bundles.get(functionName);
    if (definition === undefined || script === undefined) throw new Error(`There is no function ${functionName}`);
    const environment = instanceEnvironment({ definition, instanceId: 'sim', region, endpoint: 'https://aws.test' });
    const instance: Instance = {
      definition,
      surroundings,
      handler: () => Promise.reject(new Error('Not evaluated yet')),
      arrive: () => {},
      current: null,
      isAlive: true,
      hangs: false,
    };
    const wire = createWire((request) => instance.arrive(request));
    instance.handler = evaluateBundle({ script, environment, wire, surroundings, owner: instance });
    return instance;
  }

  #arrive(instance: Instance, request: WireRequest): void {
    if (!instance.isAlive) return;
    this.activity += 1;
    this.#pending.push({ instance, request, ...describe(request) });
  }
}
