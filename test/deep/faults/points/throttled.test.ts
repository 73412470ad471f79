import { testEveryPoint } from '../every-point.ts';
import { throttled } from '../scenarios.ts';

await testEveryPoint(throttled);
