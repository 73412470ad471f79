/** `npm start [-- --port 4000 --data DIR --empty --handles FILE]`: runs the stack until Ctrl-C. */
import { loadDemonstration } from './demonstration.ts';
import { runStack } from './run-stack.ts';

await runStack({ demonstration: loadDemonstration });
