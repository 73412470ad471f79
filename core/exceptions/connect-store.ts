import type { Log } from '../log.ts';
import { connectTable, type Table } from '../platform/dynamodb/table.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { Capture } from './capture.ts';
import { connectCapture } from './connect-capture.ts';
import { makeReportUnreadable } from './report-unreadable.ts';

/** Connects a function to the table, and records its exceptions and the items that can't be parsed. */
export const connectStore = ({
  tableName,
  functionName,
  ...deps
}: {
  readonly tableName: string;
  readonly deliveryQueueUrl: string;
  readonly functionName: string;
  readonly redaction: Redaction;
  readonly log: Log;
}): { readonly table: Table; readonly capture: Capture } => {
  const connected = connectTable(tableName);
  const capture = connectCapture({ table: connected, ...deps });
  const reportUnreadable = makeReportUnreadable({ log: deps.log, capture, functionName });
  return { table: { ...connected, reportUnreadable }, capture };
};
