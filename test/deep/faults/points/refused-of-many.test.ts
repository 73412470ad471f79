import { testEveryPoint } from '../every-point.ts';
import { refusedOfMany } from '../scenarios.ts';

await testEveryPoint(refusedOfMany);
