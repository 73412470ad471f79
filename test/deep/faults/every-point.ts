import { afterAll, describe, expect, inject, it } from 'vitest';
import { readEquipment } from './equipment.ts';
import { Laboratory, pointName, pointsOf, READS } from './laboratory.ts';
import type { Scenario } from './scenario.ts';

/**
 * Declares a test for every point of a scenario: it is run without a fault first, and its own log of calls says where one
 * can strike.
 */
export const testEveryPoint = async (scenario: Scenario): Promise<void> => {
  const laboratory = await Laboratory.open(readEquipment(inject('faultsEquipment')));
  const { sites, problems } = await laboratory.discover(scenario);
  const points = pointsOf(sites, scenario);
  const strikable = sites.filter(({ functionName }) => scenario.strikes?.includes(functionName) ?? true);
  const visited = new Set<string>();
  let doubles = 0;

  describe(scenario.name, () => {
    afterAll(async () => {
      await laboratory.close();
      const equal = 3 * strikable.length - visited.size;
      console.log(
        `${scenario.name}: ${sites.length} calls, ${visited.size} points visited and ${equal} equal ones not, ${doubles} second messages`,
      );
    });

    it('keeps the promises without a fault', () => {
      expect(problems).toEqual([]);
      expect([...new Set(sites.map(({ functionName }) => functionName))].toSorted()).toEqual(scenario.through);
    });

    it.each(points.map((point) => ({ name: pointName(point), point })))('$name', async ({ name, point }) => {
      const outcome = await laboratory.visit(scenario, point);
      visited.add(name);
      doubles += outcome.doubles;
      expect(outcome.problems).toEqual([]);
    });

    it('was struck at each call, after each that changes something, and before each first call of an invocation', () => {
      const changes = strikable.filter(({ operation }) => !READS.has(operation));
      const invocations = new Set(strikable.map(({ invocation }) => invocation));
      expect(visited.size).toBe(strikable.length + changes.length + invocations.size);
    });
  });
};
