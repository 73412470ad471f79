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
import { INDEX, TABLE, TIMELINE_ATTRIBUTES } from '../core/contract.ts';

/** A transaction needs the actions of its parts; there is none for the transaction itself. */
export type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

/** What the functions call; an alarm sums up ten metrics at most. */
const USED_OPERATIONS = [
  'GetItem',
  'BatchGetItem',
  'Query',
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

/** What the two ways to a table have in common here. */
type UsedTable = Pick<ITableV2, 'tableArn' | 'tableName' | 'metric'>;

export type TableProps = {
  keepDataOnRemoval: boolean;
  /** ARN of the stream of a restored table, which takes the place of the stack's own (docs/runbook.md, "Restore the table"). */
  restoredTableStream?: string | undefined;
};

/** `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL` → `NAME`. */
const tableOfStream = (streamArn: string): string => {
  const name = streamArn.split('/').at(1);
  if (name === undefined) throw new Error(`${streamArn} names no table`);
  return name;
};

/** The one table: the only source of truth. Its stream is the only way from a fact to a message. */
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
        { ...index(INDEX.sweep), projectionType: ProjectionType.INCLUDE, nonKeyAttributes: ['sweeps'] },
      ],
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: TABLE.ttl,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The AWS managed key, not the default AWS owned one: its use is in CloudTrail, and it needs no policy of ours. What is
      // a secret in an item is sealed there under a key of its own (lib/webhook-key.ts).
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: keepDataOnRemoval,
      removalPolicy: keepDataOnRemoval ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // TableV2 types it as optional; without `dynamoStream` above there would be none.
    if (!table.tableStreamArn) throw new Error('The table has no stream');
    return { table, streamArn: table.tableStreamArn };
  }

  /** Allows exactly these actions on the table's items. */
  grant(grantee: IGrantable, ...actions: TableAction[]): void {
    this.#allow(grantee, actions, this.#table.tableArn);
  }

  /** What recording an exception takes: a look at its window, and one write or a transaction. */
  grantCapture(grantee: IGrantable): void {
    this.grant(grantee, 'BatchGetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem');
  }

  /** Allows to query an index; the table itself is not included. */
  grantQueryIndex(grantee: IGrantable, index: keyof typeof INDEX): void {
    this.#allow(grantee, ['Query'], `${this.#table.tableArn}/index/${INDEX[index].name}`);
  }

  /** What an event source mapping needs of the role of the function that it calls. */
  grantReadStream(grantee: IGrantable): void {
    this.#allow(grantee, ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'], this.streamArn);
  }

  /** Reads or writes that DynamoDB put off, the table's and its indexes'; a throttled index holds up the table. */
  metricThrottleEvents(kind: 'Read' | 'Write', period: Duration): IMetric {
    const indexes = Object.values(INDEX).map((index) => ({ GlobalSecondaryIndexName: index.name }));
    return this.#sum(`${kind}ThrottleEvents`, [{}, ...indexes], period);
  }

  /** Requests of the functions that failed inside DynamoDB. */
  metricSystemErrors(period: Duration): IMetric {
    return this.#sum(
      'SystemErrors',
      USED_OPERATIONS.map((operation) => ({ Operation: operation })),
      period,
    );
  }

  /** A metric over several dimensions. Filled, as most of them have no data most of the time, and a sum then has none. */
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
