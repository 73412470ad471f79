import { testEveryPoint } from '../every-point.ts';
import { unknownAnswer } from '../scenarios.ts';

await testEveryPoint(unknownAnswer);
