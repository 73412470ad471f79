import type { Log } from '../log.ts';
import { connectTable, type Table } from '../store/table.ts';
import type { Capture } from './capture.ts';
import { connectCapture } from './connect-capture.ts';
import { makeNoteUnreadable } from './note-unreadable.ts';

/** The table of a function, which notes items that do not parse, and the function's capture. */
export const connectStore = (of: {
  readonly tableName: string;
  readonly deliveryQueueUrl: string;
  readonly functionName: string;
  readonly log: Log;
}): { readonly table: Table; readonly capture: Capture } => {
  const connected = connectTable(of.tableName);
  const capture = connectCapture({ table: connected, deliveryQueueUrl: of.deliveryQueueUrl, log: of.log });
  const noteUnreadable = makeNoteUnreadable({ log: of.log, capture, functionName: of.functionName });
  return { table: { ...connected, noteUnreadable }, capture };
};
