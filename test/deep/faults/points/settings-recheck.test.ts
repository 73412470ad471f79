import { testEveryPoint } from '../every-point.ts';
import { recheck } from '../scenarios.ts';

await testEveryPoint(recheck);
