import { testEveryPoint } from '../every-point.ts';
import { overdueReport } from '../scenarios.ts';

await testEveryPoint(overdueReport);
