import { testEveryPoint } from '../every-point.ts';
import { sendAgain } from '../scenarios.ts';

await testEveryPoint(sendAgain);
