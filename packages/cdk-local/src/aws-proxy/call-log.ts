/** One call of a function to AWS, as the AWS proxy saw it. */
type CallRecord = {
  readonly sequence: number;
  readonly at: string;
  readonly function: string;
  readonly service: string;
  readonly operation: string;
  /** HTTP status of the answer; 0 when the function was killed and got none. */
  readonly status: number;
  /** The answer's error code, or the fault that stood in for it. */
  readonly outcome: string;
  readonly itemsRead: number;
  readonly itemsWritten: number;
  /** Of DynamoDB's capacity: read units of a read, write units of a write. */
  readonly units: number;
  /** Bodies of what was sent to a queue. */
  readonly messages?: readonly string[];
  readonly durationMs: number;
};

type Total = {
  readonly calls: number;
  readonly failed: number;
  readonly itemsRead: number;
  readonly itemsWritten: number;
  readonly units: number;
};

export type CallLog = {
  add(record: Omit<CallRecord, 'sequence' | 'at'>): void;
  /** Newest last. `since` is a sequence number; only later calls are given. */
  list(filter: { readonly function?: string | undefined; readonly since?: number | undefined }): readonly CallRecord[];
  /** By `function service:Operation`, complete even where single records were dropped. */
  totals(): Record<string, Total>;
  clear(): void;
};

/** Single records are dropped from here on, oldest first; the totals go on. */
const KEPT = 20_000;

export const createCallLog = (): CallLog => {
  let records: CallRecord[] = [];
  let totals = new Map<string, Total>();
  let sequence = 0;
  return {
    add: (record) => {
      sequence += 1;
      records.push({ sequence, at: new Date().toISOString(), ...record });
      // Many at once: a shift for every call would cost more than recording it.
      if (records.length > 2 * KEPT) records = records.slice(-KEPT);
      const key = `${record.function} ${record.service}:${record.operation}`;
      const total = totals.get(key) ?? { calls: 0, failed: 0, itemsRead: 0, itemsWritten: 0, units: 0 };
      totals.set(key, {
        calls: total.calls + 1,
        failed: total.failed + (record.status === 200 ? 0 : 1),
        itemsRead: total.itemsRead + record.itemsRead,
        itemsWritten: total.itemsWritten + record.itemsWritten,
        units: total.units + record.units,
      });
    },
    list: (filter) =>
      records.filter(
        (record) =>
          (filter.function === undefined || record.function === filter.function) &&
          record.sequence > (filter.since ?? 0),
      ),
    totals: () => Object.fromEntries(totals),
    clear: () => {
      records = [];
      totals = new Map();
    },
  };
};
