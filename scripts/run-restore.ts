/**
 * `npm run restore -- --stage S --table T`: makes a restored table usable for a stage, and prints what to configure
 * (docs/runbook.md, "Restore the table"). The stage is one of the account and region that the AWS environment names; `local`
 * is the stack that runs here.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { INDEX, TABLE } from '../core/contract.ts';
import { handlesOrExit } from '../local/api-client.ts';
import { restore } from './restore.ts';
import { connectRestoredTable } from './restored-table.ts';

const { stage, table } = parseArgs({ options: { stage: { type: 'string' }, table: { type: 'string' } } }).values;
if (stage === undefined || table === undefined) {
  console.error('Missing --stage or --table. Example: npm run restore -- --stage prod --table gatebell-restored');
  process.exit(1);
}

/** The stack's table; CloudFormation names it by stack and construct. Null if there is none or more than one. */
const findStageTable = async (client: DynamoDBClient, prefix: string): Promise<string | null> => {
  const { TableNames = [] } = await client.send(new ListTablesCommand({ ExclusiveStartTableName: prefix }));
  const [name, ...more] = TableNames.filter((candidate) => candidate.startsWith(prefix));
  return name === undefined || more.length > 0 ? null : name;
};

/** The local engine checks no signature, but the client wants something to sign with. */
const local = () => {
  const handles = handlesOrExit();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: handles.dynamodb, region: 'eu-central-1', credentials });
  return { client, stageTable: handles.table };
};

/** Local engines have no point-in-time recovery. */
const withoutRecovery = { hasRecovery: async () => true, turnOnRecovery: async () => {} };

const deployed = async () => {
  const client = new DynamoDBClient();
  return { client, stageTable: await findStageTable(client, `gatebell-${stage}-Table`) };
};

const { client, stageTable } = stage === 'local' ? local() : await deployed();
const result = await restore(
  {
    ...connectRestoredTable({ client, stageTable, name: table, ttlAttribute: TABLE.ttl }),
    ...(stage === 'local' && withoutRecovery),
    wait: async (ms) => {
      await wait(ms);
    },
    report: (line) => console.log(line),
  },
  { indexes: Object.values(INDEX).map(({ name }) => name), ttlAttribute: TABLE.ttl },
);
if (result.kind === 'refused') {
  console.error(`${table} can't be used: ${result.reason}.`);
  process.exit(1);
}
console.log(`
${table} is ready. To use it, add this to the stage in gatebell.config.ts, and deploy:

  restoredTableStream: '${result.streamArn}',

npx cdk deploy -c stage=${stage}`);
