import { createHash } from 'node:crypto';
import { fromFields } from '../../../core/channels/fields.ts';
import { NO_CHANNELS } from '../../../core/channels/model.ts';
import { evaluateGate } from '../../../core/gates/model.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { createProduct } from '../../../core/products/store/products.ts';
import { encryptChannels } from '../../../core/secrets/encrypt-channels.ts';
import { addToKeyRing } from '../../../core/secrets/store.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { replaceSettings } from '../../../core/settings/store.ts';
import { type LocalKey, localVault } from '../../local-vault.ts';
import type { PlainProduct } from '../../vault.ts';
import type { Behaviour } from './sim/outside.ts';
import { type Simulation, START } from './sim/simulation.ts';

type End = 'sent' | 'failed' | 'skipped';

/** What becomes of a message to a target: `slack`, `ms_teams`, or an address. Of several ends, faults decide which. */
export type Ends = Readonly<Record<string, End | readonly End[]>>;

/**
 * A notification that a scenario brings about, once. `gone`: it is deleted in the end; who was told before does not matter.
 * `heldBack`: of an exception, how many equals at least are told of later. `mayBeMissed`: faults may keep it from being told:
 * what brings it about is learned from a try at a target, after which the function dies, or is over meanwhile.
 */
export type Told = {
  readonly name: string;
  /** How often it is brought about. */
  readonly times?: number;
  readonly ends: Ends | 'gone';
  readonly heldBack?: number;
  readonly mayBeMissed?: boolean;
};

/** Calls and events, and what their result must be whatever breaks meanwhile. */
export type Scenario = {
  readonly name: string;
  /** The functions that it goes through, all of them. */
  readonly through: readonly string[];
  /** At whose calls faults strike. Default: at those of all; another scenario visits the others in the same way. */
  readonly strikes?: readonly string[];
  readonly settings?: Partial<Settings>;
  readonly products?: readonly (PlainProduct & { readonly id: string })[];
  readonly behaviours?: readonly Behaviour[];
  /** How far the clocks of functions are from the true one, in milliseconds. */
  readonly clocks?: Readonly<Record<string, number>>;
  /** Which messages queues lose, in a run. */
  readonly loses?: () => (body: string, delaySeconds: number) => boolean;
  readonly play: (simulation: Simulation) => void;
  readonly told: readonly Told[];
  /** How late messages are at most where nothing breaks, in milliseconds. */
  readonly promptMs?: number;
  /** How many products are created and how many exceptions held back, exactly, as each request has an idempotency key. */
  readonly keyed?: { readonly products: number; readonly heldBack: number };
};

/** Where exceptions are told. */
export const EXCEPTIONS_END: Ends = { 'ops@example.org': 'sent', slack: 'sent' };

/** The same where nobody sends mail. */
const EXCEPTIONS_END_WITHOUT_MAIL: Ends = { ...EXCEPTIONS_END, 'ops@example.org': 'skipped' };

/** What becomes of a notification of this name; what the faults themselves brought about is an exception. */
export const endsOf = ({ told, settings }: Scenario, name: string): Told['ends'] =>
  told.find((of) => of.name === name)?.ends ??
  (settings?.email_from === '' ? EXCEPTIONS_END_WITHOUT_MAIL : EXCEPTIONS_END);

const SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  email_from: 'gate@example.org',
  exception_rate_limit: 600,
  base_url_frontend: 'https://gatebell.example.org',
  version: 1,
};

const OPS_SLACK = 'https://hooks.slack.com/services/T0/B0/ops';

export const slackOf = (id: string): string => `https://hooks.slack.com/services/T0/B0/${id.toLowerCase()}`;
export const teamsOf = (id: string): string => `https://a.environment.api.powerplatform.com/${id.toLowerCase()}?sig=s`;

/** A target as deliveries show it. */
export const targetShown = (target: string): string =>
  target.includes('@')
    ? target
    : `${new URL(target).host} #${createHash('sha256').update(target).digest('hex').slice(0, 6)}`;

/** Writes what is there before a scenario begins, under a data key that no instance of an earlier run knows. */
export const prepare = async (table: Table, { settings, products = [] }: Scenario, key: LocalKey): Promise<void> => {
  const { vault, ring } = localVault(key);
  const ops = { email: { text: 'ops@example.org' }, slack: { text: OPS_SLACK } };
  const channels = await encryptChannels(
    { vault, now: () => new Date(START) },
    { productId: null, before: NO_CHANNELS, change: ops },
  );
  const ruling = { ...SETTINGS, channels, ...settings };
  await replaceSettings(table, { before: DEFAULT_SETTINGS, after: ruling, now: new Date() });
  for (const fields of products) {
    const revision = { user: 'alice', settings: ruling, now: new Date(Date.parse(START) - 3_600_000) };
    const { channels: change, ...rest } = fromFields('notification')(fields);
    const sealed = await encryptChannels(
      { vault, now: () => new Date(START) },
      { productId: fields.id, before: NO_CHANNELS, change },
    );
    const plain = { ...newProduct(fields.id, { name: fields.id }, revision), ...rest, channels: sealed };
    const { passed, exceeded } = evaluateGate(plain, ruling);
    const created = { ...plain, security_gate_passed: passed, gate_exceeded: [...exceeded] };
    await createProduct(table, { created, owner: 'alice' });
  }
  const [added] = ring;
  if (added !== undefined) await addToKeyRing(table, { before: [], added });
};
