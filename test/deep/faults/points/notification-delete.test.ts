import { testEveryPoint } from '../every-point.ts';
import { notificationDelete } from '../scenarios.ts';

await testEveryPoint(notificationDelete);
