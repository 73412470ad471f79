import { testEveryPoint } from '../every-point.ts';
import { productDelete } from '../scenarios.ts';

await testEveryPoint(productDelete);
