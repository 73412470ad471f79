import { randomBytes } from 'node:crypto';
import { ENV } from '../../../core/contract.ts';
import type { LocalKey } from '../../local-vault.ts';
import { accountOf } from './account.ts';
import type { Equipment } from './equipment.ts';
import { brokenPromises, secondMessages } from './promises.ts';
import { prepare, type Scenario } from './scenario.ts';
import { type CallSite, faultAt, NO_FAULTS, POINT_FAULTS, type Point, randomFaults } from './sim/faults.ts';
import type { Instance } from './sim/function-host.ts';
import { seededRandom } from './sim/random.ts';
import { type RunOptions, Simulation } from './sim/simulation.ts';
import { TableEngine } from './sim/table-engine.ts';

/** How a run ended. */
export type Outcome = {
  /** What was not as promised, in words. */
  readonly problems: readonly string[];
  readonly sites: readonly CallSite[];
  /** Messages that came a second time, where that is allowed. */
  readonly doubles: number;
  readonly faults: number;
  readonly trace: readonly string[];
};

type RunPlan = Pick<RunOptions, 'seed' | 'faults' | 'unruly' | 'doubled'>;

/** Of all runs with one fault: they are alike up to it. */
const POINTS_PLAN = { seed: 'crash points', doubled: 0.1, unruly: false };

/** The key that the template tells the functions of. */
const webhookKeyOf = ({ declared }: Equipment): string => {
  const arns = declared.functions.flatMap(({ environment }) => environment[ENV.webhookKeyArn] ?? []);
  const [keyArn] = arns;
  if (keyArn === undefined) throw new Error('No function knows the webhook key');
  return keyArn;
};

/** Where runs take place, one after another. */
export class Laboratory {
  readonly #equipment: Equipment;
  readonly #engine: TableEngine;
  readonly #key: LocalKey;
  #shelf: Instance[] = [];

  private constructor(equipment: Equipment, engine: TableEngine) {
    this.#equipment = equipment;
    this.#engine = engine;
    this.#key = { secret: randomBytes(32), keyArn: webhookKeyOf(equipment) };
  }

  static async open(equipment: Equipment): Promise<Laboratory> {
    const [table] = equipment.declared.tables;
    if (table === undefined) throw new Error('The template has no table');
    return new Laboratory(equipment, await TableEngine.start(table));
  }

  close(): Promise<void> {
    return this.#engine.stop();
  }

  /** Runs without a fault, and tells the calls at which faults can strike. */
  discover(scenario: Scenario): Promise<Outcome> {
    return this.#run(scenario, { ...POINTS_PLAN, faults: NO_FAULTS });
  }

  /** Runs with one fault at one point. It must strike the call that was discovered there. */
  async visit(scenario: Scenario, point: Point): Promise<Outcome> {
    const outcome = await this.#run(scenario, { ...POINTS_PLAN, faults: faultAt(point) });
    const { functionName, nth, operation } = point.site;
    const struck = outcome.sites.find((site) => site.functionName === functionName && site.nth === nth);
    if (struck?.operation === operation) return outcome;
    const problem = `The fault struck ${struck?.operation ?? 'nothing'} and not ${operation}`;
    return { ...outcome, problems: [problem, ...outcome.problems] };
  }

  /** Runs with up to eight faults of all kinds, clocks that differ, and time that passes. From a cold start: a seed repeats it. */
  async stumble(scenario: Scenario, seed: string): Promise<Outcome> {
    this.#shelf = [];
    const random = seededRandom(`${seed} faults`);
    const faults = randomFaults(random, { share: 0.02 + 0.1 * random.next(), most: 8 });
    return await this.#run(scenario, { seed, faults, doubled: 0.3, unruly: true });
  }

  async #run(scenario: Scenario, plan: RunPlan): Promise<Outcome> {
    await this.#engine.renew();
    await prepare(this.#engine.table(), scenario, this.#key);
    // What was there before is no news.
    await this.#engine.readStream();
    const simulation = new Simulation({
      ...this.#equipment,
      engine: this.#engine,
      kmsSecret: this.#key.secret,
      shelf: this.#shelf,
      behaviours: scenario.behaviours ?? [],
      clocks: scenario.clocks ?? {},
      loses: scenario.loses?.() ?? (() => false),
      ...plan,
    });
    scenario.play(simulation);
    const unrest = await simulation.run().then(
      () => [],
      (error) => [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    );
    const account = accountOf(simulation, await this.#engine.scan());
    return {
      problems: [...unrest, ...brokenPromises(account, scenario)],
      sites: simulation.sites,
      doubles: secondMessages(account),
      faults: simulation.faulted.size,
      trace: simulation.trace,
    };
  }
}

/** Calls that change nothing. */
export const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'Decrypt']);

/**
 * The points of the calls that were discovered: the function is killed after each call that changes something, and each call
 * fails. It is killed before an invocation's first call only: before a later call, and after a call that only reads, it has done
 * just what it had done after the change before, as nothing outside sees what happens between two calls. What others do
 * meanwhile depends on neither.
 */
export const pointsOf = (sites: readonly CallSite[], { strikes }: Pick<Scenario, 'strikes'>): readonly Point[] => {
  const begun = new Set<number>();
  return sites
    .filter(({ functionName }) => strikes?.includes(functionName) ?? true)
    .flatMap((site) => {
      const isFirst = !begun.has(site.invocation);
      begun.add(site.invocation);
      const isEqual = { 'kill-before': !isFirst, 'kill-after': READS.has(site.operation), fail: false };
      return POINT_FAULTS.filter((fault) => !isEqual[fault]).map((fault) => ({ site, fault }));
    });
};

/** A point, as people read it. */
export const pointName = ({ site: { functionName, nth, operation }, fault }: Point): string =>
  `${functionName}, call ${nth} (${operation}), ${fault}`;
