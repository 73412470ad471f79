import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  Billing,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { INDEX, LIST_ATTRIBUTES, TABLE, TIMELINE_ATTRIBUTES } from '../core/contract.ts';

/** A transaction requires the actions of its parts. */
export type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

/** Operations that the functions call. An alarm can sum at most ten metrics. */
const USED_OPERATIONS = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'Scan',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
];

const text = (name: string) => ({ name, type: AttributeType.STRING });

const index = ({ name, partitionKey, sortKey }: (typeof INDEX)[keyof typeof INDEX]) => ({
  indexName: name,
  partitionKey: text(partitionKey),
  sortKey: text(sortKey),
});

/** The stack's own table, or a restored one. */
type UsedTable = Pick<ITableV2, 'tableArn' | 'tableName' | 'metric'>;

export type TableProps = {
  keepDataOnRemoval: boolean;
  /** ARN of the stream of a restored table, which replaces the stack's own (docs/runbook.md, "Restore the table"). */
  restoredTableStream?: string | undefined;
};

/** `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL` → `NAME`. */
const tableOfStream = (streamArn: string): string => {
  const name = streamArn.split('/').at(1);
  if (name === undefined) throw new Error(`${streamArn} is not the ARN of a table's stream`);
  return name;
};

/** The table, the only source of truth. All messages start from its stream. */
export class Table extends Construct {
  readonly tableName: string;
  readonly streamArn: string;
  readonly #table: UsedTable;

  constructor(scope: Construct, id: string, { keepDataOnRemoval, restoredTableStream }: TableProps) {
    super(scope, id);
    const { table, streamArn } =
      restoredTableStream === undefined ? this.#makeTable(keepDataOnRemoval) : this.#useRestored(restoredTableStream);
    this.#table = table;
    this.tableName = table.tableName;
    this.streamArn = streamArn;
  }

  #useRestored(streamArn: string): { table: UsedTable; streamArn: string } {
    return {
      table: TableV2.fromTableName(this, 'Restored', tableOfStream(streamArn)),
      streamArn,
    };
  }

  #makeTable(keepDataOnRemoval: boolean): { table: UsedTable; streamArn: string } {
    const table = new TableV2(this, 'Table', {
      partitionKey: text(TABLE.partitionKey),
      sortKey: text(TABLE.sortKey),
      billing: Billing.onDemand(),
      globalSecondaryIndexes: [
        { ...index(INDEX.membersByUser), projectionType: ProjectionType.INCLUDE, nonKeyAttributes: ['role'] },
        {
          ...index(INDEX.timeline),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...TIMELINE_ATTRIBUTES],
        },
        // Small entries: the sweeper reads all that waits every five minutes.
        { ...index(INDEX.waiting), projectionType: ProjectionType.INCLUDE, nonKeyAttributes: ['sweeps'] },
        {
          ...index(INDEX.failedDeliveries),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: ['product_id', 'source'],
        },
        ...[INDEX.productsByName, INDEX.productsByChange, INDEX.productsByCreation].map((list) => ({
          ...index(list),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...LIST_ATTRIBUTES],
        })),
      ],
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: TABLE.ttl,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The AWS managed key, not the default AWS owned one: CloudTrail logs its use. Webhooks are encrypted with their own
      // key in addition (lib/webhook-key.ts).
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: keepDataOnRemoval,
      // Also after a failed first deployment: CloudFormation couldn't delete a protected table, and an empty one costs nothing.
      removalPolicy: keepDataOnRemoval ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // TableV2 types it as optional.
    if (!table.tableStreamArn) throw new Error('The table has no stream');
    return { table, streamArn: table.tableStreamArn };
  }

  /** Allows exactly these actions on the table's items. */
  grant(grantee: IGrantable, ...actions: TableAction[]): void {
    this.#allow(grantee, actions, this.#table.tableArn);
  }

  /**
   * Allows recording an exception: reading its window, and one write or a transaction. The first of a product, which checks that
   * the product exists, goes through the delivery queue where a role may not check it.
   */
  grantCapture(grantee: IGrantable): void {
    this.grant(grantee, 'BatchGetItem', 'PutItem', 'UpdateItem');
  }

  /** Allows querying an index, not the table itself. */
  grantQueryIndex(grantee: IGrantable, index: keyof typeof INDEX): void {
    this.#allow(grantee, ['Query'], `${this.#table.tableArn}/index/${INDEX[index].name}`);
  }

  /** Allows reading all entries of an index. */
  grantScanIndex(grantee: IGrantable, index: keyof typeof INDEX): void {
    this.#allow(grantee, ['Scan'], `${this.#table.tableArn}/index/${INDEX[index].name}`);
  }

  /** Grants what an event source mapping needs. */
  grantReadStream(grantee: IGrantable): void {
    this.#allow(grantee, ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'], this.streamArn);
  }

  /** Throttled reads or writes of the table and its indexes; a throttled index throttles writes to the table. */
  metricThrottleEvents(kind: 'Read' | 'Write', period: Duration): IMetric {
    const indexes = Object.values(INDEX).map((index) => ({ GlobalSecondaryIndexName: index.name }));
    return this.#sum(`${kind}ThrottleEvents`, [{}, ...indexes], period);
  }

  /** Requests that failed with an error of DynamoDB itself. */
  metricSystemErrors(period: Duration): IMetric {
    return this.#sum(
      'SystemErrors',
      USED_OPERATIONS.map((operation) => ({ Operation: operation })),
      period,
    );
  }

  /** Sums a metric over several dimensions. FILL: a sum has no data if one of its metrics has none. */
  #sum(metricName: string, dimensions: Record<string, string>[], period: Duration): IMetric {
    const metrics = dimensions.map((dimension, position): [string, IMetric] => [
      `m${position}`,
      this.#table.metric(metricName, {
        statistic: Stats.SUM,
        period,
        dimensionsMap: { TableName: this.tableName, ...dimension },
      }),
    ]);
    const expression = metrics.map(([id]) => `FILL(${id}, 0)`).join(' + ');
    return new MathExpression({ expression, usingMetrics: Object.fromEntries(metrics), period });
  }

  #allow(grantee: IGrantable, actions: string[], resourceArn: string): void {
    Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns: [resourceArn],
    });
  }
}
