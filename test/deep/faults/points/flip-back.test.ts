import { testEveryPoint } from '../every-point.ts';
import { flipBack } from '../scenarios.ts';

await testEveryPoint(flipBack);
