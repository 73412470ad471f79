import { testEveryPoint } from '../every-point.ts';
import { wrongClocks } from '../scenarios.ts';

await testEveryPoint(wrongClocks);
