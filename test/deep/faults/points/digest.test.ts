import { testEveryPoint } from '../every-point.ts';
import { digest } from '../scenarios.ts';

await testEveryPoint(digest);
