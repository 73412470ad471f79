import { testEveryPoint } from '../every-point.ts';
import { lostWake } from '../scenarios.ts';

await testEveryPoint(lostWake);
