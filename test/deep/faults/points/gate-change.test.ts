import { testEveryPoint } from '../every-point.ts';
import { gateChange } from '../scenarios.ts';

await testEveryPoint(gateChange);
