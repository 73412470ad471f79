import { testEveryPoint } from '../every-point.ts';
import { alarm } from '../scenarios.ts';

await testEveryPoint(alarm);
