import type { AwsCall } from './aws-call.ts';

/** Operations that DynamoDB charges capacity units for. */
const CHARGED: ReadonlySet<string> = new Set([
  'GetItem',
  'BatchGetItem',
  'Query',
  'Scan',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactGetItems',
  'TransactWriteItems',
]);

const QUESTION = '{"ReturnConsumedCapacity":"TOTAL",';

/** The request, with the question of what it costs. Written into the text: parsing a page would cost more than the call. */
export const askingForUnits = ({ service, operation }: Pick<AwsCall, 'service' | 'operation'>, body: Buffer): Buffer =>
  service === 'dynamodb' && CHARGED.has(operation) ? Buffer.concat([Buffer.from(QUESTION), body.subarray(1)]) : body;

/** The capacity units of a call, those of indexes included, from its answer. Inside a value the quotes would be escaped. */
export const capacityUnits = (body: Buffer): number =>
  Number(/"ConsumedCapacity":\s*\[?\s*\{[^{}]*?"CapacityUnits":\s*([\d.]+)/.exec(body.toString())?.[1] ?? 0);
