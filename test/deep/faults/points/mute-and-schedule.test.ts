import { testEveryPoint } from '../every-point.ts';
import { muteAndSchedule } from '../scenarios.ts';

await testEveryPoint(muteAndSchedule);
