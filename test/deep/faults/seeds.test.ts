import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readEquipment } from './equipment.ts';
import { Laboratory } from './laboratory.ts';
import { SCENARIOS } from './scenarios.ts';

let laboratory: Laboratory;

beforeAll(async () => {
  laboratory = await Laboratory.open(readEquipment(inject('faultsEquipment')));
});
afterAll(() => laboratory.close());

describe.each([...SCENARIOS.values()])('$name with faults at random', (scenario) => {
  it('keeps the promises, and runs the same way again from the same seed', async () => {
    const [first, second] = [await laboratory.stumble(scenario, '1'), await laboratory.stumble(scenario, '1')];
    expect(first.problems).toEqual([]);
    expect(second.trace).toEqual(first.trace);
  });
});
