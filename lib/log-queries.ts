import { Stack } from 'aws-cdk-lib';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Api } from './api.ts';
import { GatebellFunction } from './gatebell-function.ts';

/** Where Lambda's JSON format puts what a function logs: the line's own fields are the runtime's (docs/runbook.md). */
const logged = (...names: readonly string[]): string[] => names.map((name) => `message.${name}`);

const IDS = logged('notification_id', 'delivery_id');

/** Insights has no field for a whole list, only for its elements. A notification has three deliveries at the most. */
const DELIVERY_IDS = logged('delivery_ids.0', 'delivery_ids.1', 'delivery_ids.2');

/** From a call of the API to what became of it; `REQUEST_ID` is to be replaced. */
const FOLLOW = new QueryString({
  fields: [
    '@timestamp',
    ...logged('message'),
    'route',
    'status',
    ...IDS,
    ...DELIVERY_IDS,
    ...logged('status', 'reason'),
  ],
  filterStatements: ['message.request_id = "REQUEST_ID" or requestId = "REQUEST_ID"'],
  sort: '@timestamp asc',
});

/** What functions logged as errors, what they threw (the runtime logs that), and calls that ended by a crash or a timeout. */
const ERRORS = new QueryString({
  fields: [
    '@timestamp',
    ...logged('message'),
    ...IDS,
    ...logged('error.class', 'error.message', 'errorType', 'errorMessage'),
    'record.status',
    'record.requestId',
  ],
  filterStatements: ['message.level = "error" or level = "ERROR" or record.status in ["error", "failure", "timeout"]'],
  sort: '@timestamp desc',
  limit: 50,
});

/** Who was shown a webhook's URL. */
const WEBHOOK_READS = new QueryString({
  fields: ['@timestamp', ...logged('user', 'as', 'product_id', 'channels.0', 'channels.1', 'request_id')],
  filterStatements: ['message.message = "Webhooks were shown"'],
  sort: '@timestamp desc',
});

/** Queries of CloudWatch Logs Insights over the logs of all functions, saved in a folder of the stack's name. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, { api }: { api: Api }) {
    super(scope, id);
    const { stackName, node } = Stack.of(this);
    const functions = node.findAll().filter((construct) => construct instanceof GatebellFunction);
    const logGroups = functions.map(({ logGroup }) => logGroup);
    new QueryDefinition(this, 'Follow', {
      queryDefinitionName: `${stackName}/follow a request`,
      queryString: FOLLOW,
      logGroups: [api.accessLog, ...logGroups],
    });
    new QueryDefinition(this, 'Errors', {
      queryDefinitionName: `${stackName}/errors`,
      queryString: ERRORS,
      logGroups,
    });
    new QueryDefinition(this, 'WebhookReads', {
      queryDefinitionName: `${stackName}/webhook reads`,
      queryString: WEBHOOK_READS,
      logGroups,
    });
  }
}
