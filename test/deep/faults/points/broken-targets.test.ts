import { testEveryPoint } from '../every-point.ts';
import { brokenTargets } from '../scenarios.ts';

await testEveryPoint(brokenTargets);
