import { testEveryPoint } from '../every-point.ts';
import { exception } from '../scenarios.ts';

await testEveryPoint(exception);
