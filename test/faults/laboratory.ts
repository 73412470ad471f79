import type { Script } from 'node:vm';
import type { Declared } from '../../local/declared.ts';
import { accountOf } from './account.ts';
import { brokenPromises, secondMessages } from './promises.ts';
import { prepare, type Scenario } from './scenario.ts';
import { bundleFunctions } from './sim/bundles.ts';
import { declareCloud } from './sim/declared-cloud.ts';
import { type CallSite, FAULTS, type FaultPlan, faultAt, NO_FAULTS, type Point, randomFaults } from './sim/faults.ts';
import type { Instance } from './sim/function-host.ts';
import type { Plant } from './sim/plants.ts';
import { seededRandom } from './sim/random.ts';
import { Simulation } from './sim/simulation.ts';
import { TableEngine } from './sim/table-engine.ts';

/** How a run ended. */
export type Outcome = {
  readonly problems: readonly string[];
  readonly sites: readonly CallSite[];
  /** Messages that came a second time, where that is allowed. */
  readonly doubles: number;
  readonly faults: number;
};

type RunPlan = { readonly seed: string; readonly faults: FaultPlan; readonly unruly: boolean };

/** What share of messages, batches and events comes twice. */
const DOUBLED = 0.3;

/** Where runs take place: the template, the bundles and the engine, made once. */
export class Laboratory {
  readonly #declared: Declared;
  readonly #bundles: ReadonlyMap<string, Script>;
  readonly #engine: TableEngine;
  #shelf: Instance[] = [];

  private constructor(declared: Declared, bundles: ReadonlyMap<string, Script>, engine: TableEngine) {
    this.#declared = declared;
    this.#bundles = bundles;
    this.#engine = engine;
  }

  static async open(plant: Plant | null = null): Promise<Laboratory> {
    const bundling = bundleFunctions(plant);
    const declared = declareCloud();
    const [table] = declared.tables;
    if (table === undefined) throw new Error('The template has no table');
    return new Laboratory(declared, await bundling, await TableEngine.start(table));
  }

  close(): Promise<void> {
    return this.#engine.stop();
  }

  /** Runs without a fault, and tells the calls at which faults can strike. */
  discover(scenario: Scenario, seed: string): Promise<Outcome> {
    return this.#run(scenario, { seed, faults: NO_FAULTS, unruly: false });
  }

  /** Runs with one fault at one point. It must strike the call that was discovered there. */
  async visit(scenario: Scenario, seed: string, point: Point, discovered: CallSite): Promise<Outcome> {
    const outcome = await this.#run(scenario, { seed, faults: faultAt(point), unruly: false });
    const struck = outcome.sites.find(({ functionName, nth }) => functionName === point.functionName && nth === point.nth);
    if (struck?.operation === discovered.operation) return outcome;
    const problem = `The fault struck ${struck?.operation ?? 'nothing'} and not ${discovered.operation}`;
    return { ...outcome, problems: [problem, ...outcome.problems] };
  }

  /** Runs with up to eight faults of all kinds, clocks that differ, and time that passes. From a cold start: a seed repeats it. */
  async stumble(scenario: Scenario, seed: string): Promise<Outcome> {
    this.#shelf = [];
    const random = seededRandom(`${seed} faults`);
    const faults = randomFaults(random, { share: 0.02 + 0.1 * random.next(), most: 8 });
    return await this.#run(scenario, { seed, faults, unruly: true });
  }

  async #run(scenario: Scenario, plan: RunPlan): Promise<Outcome> {
    await this.#engine.renew();
    await prepare(this.#engine.table(), scenario);
    // What was there before is no news.
    await this.#engine.readStream();
    const simulation = new Simulation({
      declared: this.#declared,
      bundles: this.#bundles,
      engine: this.#engine,
      shelf: this.#shelf,
      behaviours: scenario.behaviours ?? [],
      doubled: DOUBLED,
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
    };
  }
}

/** Kills before and after each call, and errors for it: the points of the calls that were discovered. */
export const pointsOf = (sites: readonly CallSite[]): readonly (readonly [Point, CallSite])[] =>
  sites.flatMap((site) =>
    FAULTS.slice(0, 3).map((fault) => [{ functionName: site.functionName, nth: site.nth, fault }, site] as const),
  );
