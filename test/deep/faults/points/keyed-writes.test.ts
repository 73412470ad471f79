import { testEveryPoint } from '../every-point.ts';
import { keyedWrites } from '../scenarios.ts';

await testEveryPoint(keyedWrites);
