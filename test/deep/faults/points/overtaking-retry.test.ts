import { testEveryPoint } from '../every-point.ts';
import { overtakingRetry } from '../scenarios.ts';

await testEveryPoint(overtakingRetry);
