import { testEveryPoint } from '../every-point.ts';
import { deletedWhileWaiting } from '../scenarios.ts';

await testEveryPoint(deletedWhileWaiting);
