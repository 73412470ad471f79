import { describe, expect, inject, it } from 'vitest';
import { plantBug, readEquipment } from './equipment.ts';
import { Laboratory, pointsOf } from './laboratory.ts';
import { PLANTED_BUGS, type PlantedBug } from './plants.ts';
import { SCENARIOS } from './scenarios.ts';

/** The first promise that breaks at a point of the function that has the bug; null where none does. */
const firstProblem = async (laboratory: Laboratory, bug: PlantedBug): Promise<string | null> => {
  const scenario = SCENARIOS.get(bug.scenario);
  if (scenario === undefined) throw new Error(`There is no scenario ${bug.scenario}`);
  const { sites, problems } = await laboratory.discover(scenario);
  if (problems[0] !== undefined) return problems[0];
  const points = pointsOf(sites, scenario).filter(
    ({ site: { functionName, operation }, fault }) =>
      functionName === bug.functionName && fault === (bug.fault ?? fault) && operation === (bug.operation ?? operation),
  );
  for (const point of points) {
    const { problems: found } = await laboratory.visit(scenario, point);
    if (found[0] !== undefined) return found[0];
  }
  return null;
};

const equipment = readEquipment(inject('faultsEquipment'));

describe('a planted bug is caught', () => {
  it.each(PLANTED_BUGS)('$name: $about', async (bug) => {
    const laboratory = await Laboratory.open(await plantBug(equipment, bug));
    try {
      const problem = await firstProblem(laboratory, bug);
      console.log(`${bug.name}: ${problem}`);
      expect(problem).not.toBeNull();
    } finally {
      await laboratory.close();
    }
  });
});
