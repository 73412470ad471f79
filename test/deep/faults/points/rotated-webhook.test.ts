import { testEveryPoint } from '../every-point.ts';
import { rotatedWebhook } from '../scenarios.ts';

await testEveryPoint(rotatedWebhook);
