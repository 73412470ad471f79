import { Stack } from 'aws-cdk-lib';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Api } from './api.ts';
import { GatebellFunction } from './gatebell-function.ts';

/** Lambda's JSON log format puts a function's fields under `message` (docs/runbook.md). */
const logged = (...names: readonly string[]): string[] => names.map((name) => `message.${name}`);

const IDS = logged('notification_id', 'delivery_id');

/** Insights has fields for the elements of a list, not for the list. Shows the first three. */
const DELIVERY_IDS = logged('delivery_ids.0', 'delivery_ids.1', 'delivery_ids.2');

/** Follows an API request; replace `REQUEST_ID`. */
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

/** Logged errors, uncaught errors, and invocations that crashed or timed out. */
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

/** Reads of webhook URLs. */
const WEBHOOK_READS = new QueryString({
  fields: ['@timestamp', ...logged('user', 'as', 'product_id', 'channels.0', 'channels.1', 'request_id')],
  filterStatements: ['message.message = "Webhooks were shown"'],
  sort: '@timestamp desc',
});

/** Deliveries that were given up, with the reason. */
const FAILED_DELIVERIES = new QueryString({
  fields: ['@timestamp', ...logged('channel', 'reason', 'attempts'), ...IDS],
  filterStatements: ['message.message = "Delivery settled" and message.status = "failed"'],
  sort: '@timestamp desc',
  limit: 50,
});

/** Calls of each route by status, from the access log. */
const BUSIEST_ROUTES = new QueryString({
  statsStatements: ['count(*) as calls by route, status'],
  sort: 'calls desc',
  limit: 20,
});

/** Saved CloudWatch Logs Insights queries over the logs of all functions, in a folder with the stack's name. */
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
    new QueryDefinition(this, 'FailedDeliveries', {
      queryDefinitionName: `${stackName}/failed deliveries`,
      queryString: FAILED_DELIVERIES,
      logGroups,
    });
    new QueryDefinition(this, 'BusiestRoutes', {
      queryDefinitionName: `${stackName}/busiest routes`,
      queryString: BUSIEST_ROUTES,
      logGroups: [api.accessLog],
    });
    new QueryDefinition(this, 'WebhookReads', {
      queryDefinitionName: `${stackName}/webhook reads`,
      queryString: WEBHOOK_READS,
      logGroups,
    });
  }
}
