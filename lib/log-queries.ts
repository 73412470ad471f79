import { Stack } from 'aws-cdk-lib';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Api } from './api.ts';
import { HouseFunction } from './house-function.ts';

const WHICH = ['message.notification_id', 'message.delivery_id'];

/** From a call of the API to what became of it; `REQUEST_ID` is to be replaced. */
const FOLLOW = new QueryString({
  fields: ['@timestamp', 'message.message', 'route', 'status', ...WHICH, 'message.status', 'message.reason'],
  filterStatements: ['message.request_id = "REQUEST_ID" or requestId = "REQUEST_ID"'],
  sort: '@timestamp asc',
});

/** What functions met. */
const ERRORS = new QueryString({
  fields: ['@timestamp', 'message.message', ...WHICH, 'message.error.class', 'message.error.message'],
  filterStatements: ['message.level = "error"'],
  sort: '@timestamp desc',
  limit: 50,
});

/** Queries of CloudWatch Logs Insights over the logs of all functions, saved in a folder of the stack's name. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, { api }: { api: Api }) {
    super(scope, id);
    const { stackName, node } = Stack.of(this);
    const functions = node.findAll().filter((construct) => construct instanceof HouseFunction);
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
  }
}
