/** What `npm run restore` sees of a table. */
export type TableState = {
  readonly status: string;
  readonly indexes: readonly string[];
  /** ARN, and what its records hold; null while it is off. */
  readonly stream: { readonly arn: string; readonly view: string } | null;
  readonly isProtected: boolean;
};

export type RestoreDeps = {
  /** Null where there is no such table. */
  readonly describe: () => Promise<TableState | null>;
  readonly readTtl: () => Promise<{ readonly status: string; readonly attribute: string | null }>;
  readonly hasRecovery: () => Promise<boolean>;
  readonly turnOnStream: () => Promise<void>;
  readonly turnOnTtl: () => Promise<void>;
  readonly turnOnRecovery: () => Promise<void>;
  readonly turnOnProtection: () => Promise<void>;
  /** Ids of the data keys with which webhooks are encrypted: in the restored table, and in the stage's current table (null: deleted). */
  readonly readKeyIds: () => Promise<{
    readonly restored: readonly string[];
    readonly current: readonly string[] | null;
  }>;
  readonly wait: (ms: number) => Promise<void>;
  readonly report: (line: string) => void;
};

export type RestoreResult =
  | { readonly kind: 'ready'; readonly streamArn: string }
  | { readonly kind: 'refused'; readonly reason: string };

type Wanted = { readonly indexes: readonly string[]; readonly ttlAttribute: string };

const STREAM_VIEW = 'NEW_AND_OLD_IMAGES';

/** A restore takes minutes to hours; DynamoDB changes one thing of a table at a time. */
const POLL_MS = 5_000;

const refused = (reason: string): RestoreResult => ({ kind: 'refused', reason });

/** The table once it is not being made or changed; null where there is none. */
const untilActive = async ({ describe, wait, report }: RestoreDeps): Promise<TableState | null> => {
  for (let announced = ''; ; await wait(POLL_MS)) {
    const table = await describe();
    if (table === null || table.status === 'ACTIVE') return table;
    if (table.status !== announced) report(`Waiting: the table is ${table.status}.`);
    announced = table.status;
  }
};

/**
 * Webhooks of another stage's table can't be decrypted with this stage's key. A ring only grows, so tables of one stage share
 * their first data key.
 */
const otherKeys = async ({ readKeyIds, report }: RestoreDeps): Promise<string | null> => {
  const { restored, current } = await readKeyIds();
  if (current === null) {
    report("Not compared: the stage's current table is deleted. Webhooks decrypt only if the key is the stage's.");
    return null;
  }
  const isShared = restored.length === 0 || current.length === 0 || restored.some((id) => current.includes(id));
  return isShared
    ? null
    : "its webhooks were encrypted for another stage: it shares no data key with the stage's table";
};

const turnOn = async (deps: RestoreDeps, table: TableState, { ttlAttribute }: Wanted): Promise<void> => {
  const { report } = deps;
  const step = async (what: string, isOn: boolean, act: () => Promise<void>) => {
    if (!isOn) {
      await act();
      await untilActive(deps);
    }
    report(`${what}: ${isOn ? 'was on' : 'on'}`);
  };
  const ttl = await deps.readTtl();
  await step('Stream', table.stream !== null, deps.turnOnStream);
  const expires = ttl.attribute === ttlAttribute && ['ENABLED', 'ENABLING'].includes(ttl.status);
  await step(`Expiry by ${ttlAttribute}`, expires, deps.turnOnTtl);
  await step('Point-in-time recovery', await deps.hasRecovery(), deps.turnOnRecovery);
  await step('Deletion protection', table.isProtected, deps.turnOnProtection);
};

/**
 * Gives a restored table what DynamoDB leaves off: stream, expiry, point-in-time recovery, and deletion protection. It refuses a
 * table that the stage couldn't use, and can run again at any time.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html lists what has to be set
 * up by hand.
 */
export const restore = async (deps: RestoreDeps, wanted: Wanted): Promise<RestoreResult> => {
  const table = await untilActive(deps);
  if (table === null) return refused('there is no such table in this account and region');
  const missing = wanted.indexes.filter((index) => !table.indexes.includes(index));
  if (missing.length > 0) return refused(`it lacks the indexes ${missing.join(', ')}: restore it with all indexes`);
  if (table.stream !== null && table.stream.view !== STREAM_VIEW)
    return refused(`its stream holds ${table.stream.view}; turn it off and run this again`);
  const keys = await otherKeys(deps);
  if (keys !== null) return refused(keys);
  await turnOn(deps, table, wanted);
  const streamArn = (await deps.describe())?.stream?.arn;
  if (streamArn === undefined) throw new Error('The stream was turned on, and the table has none');
  return { kind: 'ready', streamArn };
};
