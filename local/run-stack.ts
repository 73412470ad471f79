/** Runs a stack as a process: options, start, the file with its addresses, signals, stop. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { NO_DYNAMODB } from '../packages/cdk-local/src/engines/dynamodb-program.ts';
import { type LocalStack, type StackOptions, startStack } from '../packages/cdk-local/src/stack.ts';
import { cdkContext } from './cdk-context.ts';
import { createHandles } from './create-handles.ts';
import { DEFAULT_HANDLES_FILE, type Handles, removeHandles, writeHandles } from './handles.ts';
import { landingPage } from './landing-page.ts';
import { defineLocalStage } from './local-stage.ts';
import { SIGN_IN } from './people.ts';

const USAGE = `npm start [-- options]
  --port N         port of the page and the API (4000; 0 takes a free one)
  --data DIR       stores the data there; without it, the data is deleted at the end
  --empty          without the demonstration products
  --handles FILE   where the addresses are written (.local/stack.json)
  --dynamodb URL   address of a running DynamoDB Local, instead of the built-in engine
  --in-flight-limit N   most messages of a queue in flight (120000, as on AWS)
  --restored-table-stream ARN   uses this table, as npm run restore prints it
  --with-parent    stops when standard input closes`;

const readOptions = () =>
  parseArgs({
    options: {
      port: { type: 'string', default: '4000' },
      data: { type: 'string' },
      empty: { type: 'boolean', default: false },
      handles: { type: 'string', default: DEFAULT_HANDLES_FILE },
      dynamodb: { type: 'string' },
      'in-flight-limit': { type: 'string' },
      'restored-table-stream': { type: 'string' },
      'with-parent': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

const welcome = ({ web, api, mail, receiver, logs }: Handles, seconds: string) => `
Gatebell runs (started in ${seconds} s).

  Page             ${web}
  Messages         ${web}/_local   email, cards, and blocks as they look
  API              ${api}
  Email            ${mail}
  Teams and Slack  ${receiver}
  Logs             ${logs}

  npm run demo                 fails a gate and notifies three channels
  npm run -s token -- olivia   a bearer token

Ctrl-C stops everything.
`;

const explain = (error: unknown, port: string): string => {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop the other program, or choose another port: npm start -- --port 4001`;
  }
  if (error instanceof Error && 'code' in error && error.code === NO_DYNAMODB) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

const STOP_DEADLINE_MS = 4000;

const stopInTime = (stopping: Promise<LocalStack>, handlesFile: string, withParent: boolean): void => {
  let begun = false;
  const stop = async () => {
    if (begun) return;
    begun = true;
    // If a part hangs, the process ends anyway, and the engine with it.
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    removeHandles(handlesFile);
    const stack = await stopping;
    await stack.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  if (withParent) process.stdin.on('end', stop).on('close', stop).resume();
};

/** Runs a stack with the options of the command line, until a signal. */
export const runStack = async (setup: {
  readonly app?: StackOptions['app'];
  demonstration?: (handles: Handles) => Promise<void>;
}): Promise<void> => {
  const values = readOptions();
  if (values.help) return console.log(USAGE);
  // Functions run in UTC, and threads have the time zone of their process.
  process.env['TZ'] = 'UTC';
  const handlesFile = resolve(values.handles);
  const dataDirectory = values.data === undefined ? undefined : resolve(values.data);
  const starting = startStack({
    port: Number(values.port),
    dataDirectory,
    dynamodbEndpoint: values.dynamodb,
    inFlightLimit: values['in-flight-limit'] === undefined ? undefined : Number(values['in-flight-limit']),
    app: setup.app ?? defineLocalStage({ restoredTableStream: values['restored-table-stream'] }),
    context: cdkContext(),
    signIn: SIGN_IN,
    landing: ({ addresses, ...shown }) => landingPage({ ...addresses, ...shown }),
  });
  stopInTime(starting, handlesFile, values['with-parent']);
  try {
    const stack = await starting;
    await load(stack, values.empty ? undefined : setup.demonstration);
    const handles = createHandles(stack);
    writeHandles(handlesFile, handles);
    console.log(welcome(handles, process.uptime().toFixed(1)));
  } catch (error) {
    console.error(explain(error, values.port));
    process.exit(1);
  }
};

/** Loads the demonstration. If that fails, prints the last lines of each log: the logs are deleted with the stack. */
const load = async (
  stack: LocalStack,
  demonstration: ((handles: Handles) => Promise<void>) | undefined,
): Promise<void> => {
  try {
    await demonstration?.(createHandles(stack));
  } catch (error) {
    for (const file of readdirSync(stack.addresses.logs)) {
      const lines = readFileSync(join(stack.addresses.logs, file), 'utf8').trimEnd().split('\n');
      console.error(`${file}\n${lines.slice(-LOG_LINES).join('\n')}\n`);
    }
    await stack.stop();
    throw error;
  }
};

const LOG_LINES = 15;
