import { testEveryPoint } from '../every-point.ts';
import { crowdedWebhook } from '../scenarios.ts';

await testEveryPoint(crowdedWebhook);
