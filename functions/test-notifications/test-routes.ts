import * as z from 'zod/mini';
import { decideAccess } from '../../core/access/product-access.ts';
import type { Role } from '../../core/access/role.ts';
import type { ChannelName } from '../../core/channels/channels.ts';
import { channelNameSchema } from '../../core/channels/model.ts';
import { FUNCTION } from '../../core/contract.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Routes } from '../../core/http/api.ts';
import { onlyAdministrators } from '../../core/http/only-administrators.ts';
import { problem } from '../../core/http/problem.ts';
import type { Reply } from '../../core/http/reply.ts';
import { NONE, pathIdSchema, readRoute } from '../../core/http/route.ts';
import type { Product } from '../../core/products/model.ts';
import type { Settings } from '../../core/settings/model.ts';
import { targetsOf } from '../../core/targets/model.ts';
import { type SendTestDeps, sendTests, type TestResult, testResultSchema } from './send-tests.ts';

type OpenedProduct = { readonly product: Product; readonly role: Role | null; readonly settings: Settings };

export type TestDeps = SendTestDeps & {
  readonly readProduct: (productId: string, user: string) => Promise<OpenedProduct | null>;
  readonly readSettings: () => Promise<Settings>;
  /** Clears the recorded failures of channels, of a product or of the settings (null). */
  readonly healChannels: (channels: {
    readonly productId: string | null;
    readonly deliveryIds: readonly string[];
  }) => Promise<void>;
  readonly now: () => Date;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

const querySchema = z.strictObject({
  channel: z
    .optional(channelNameSchema)
    .register(z.globalRegistry, { description: 'The channel to test; by default all that are set' }),
});

const EXAMPLE: TestResult[] = [
  {
    channel: 'email',
    target: 'team@example.com',
    outcome: 'sent',
    status: 200,
    answer: 'Message 0100019ab4c7f0e2-6f3c1d0e-8f6b-4c55-9d43-6b2f6a3f1c77-000000',
    reason: null,
  },
  {
    channel: 'slack',
    target: 'hooks.slack.com #3fa91c',
    outcome: 'failed',
    status: 404,
    answer: 'no_service',
    reason: 'The webhook was removed or switched off (no_service)',
  },
];

const ANSWERS = {
  200: {
    description: "Each target's answer; empty if no channel is set",
    schema: z.strictObject({ results: z.array(testResultSchema) }),
    example: { results: EXAMPLE },
  },
} as const;

const DESCRIPTION =
  'The message is marked as a test, is sent at once, and creates no notification. A broken channel that accepts it works again.';

const ROLE = 'maintainer';

type Test = {
  readonly product: Product | null;
  readonly settings: Settings;
  readonly user: string;
  readonly channel: ChannelName | undefined;
};

/** Marks working channels as healthy. If that fails, the caller still gets the targets' answers. */
const heal = async (deps: TestDeps, channels: Parameters<TestDeps['healChannels']>[0]): Promise<void> => {
  try {
    await deps.healChannels(channels);
  } catch (error) {
    deps.log.error('Working channels could not be marked as healthy', { product_id: channels.productId, error });
    await deps.capture(taskFailure(error, { function: FUNCTION.testNotifications, product_id: channels.productId }));
  }
};

const reply = async (deps: TestDeps, { product, settings, user, channel }: Test): Promise<Reply> => {
  const targets = targetsOf({ type: product === null ? 'exception' : 'security_gate' }, { product, settings });
  const tested = { product, user, now: deps.now(), baseUrl: settings.base_url_frontend };
  const { results, working } = await sendTests(deps, { targets, only: channel ?? null }, tested);
  deps.log.info('Channels tested', {
    product_id: product?.id ?? null,
    user,
    outcomes: results.map(({ channel: name, outcome, status }) => ({ channel: name, outcome, status })),
  });
  await heal(deps, { productId: product?.id ?? null, deliveryIds: working });
  return { status: 200, body: { results } };
};

const ofProduct = (deps: TestDeps) =>
  readRoute({
    doc: {
      id: 'testProductChannels',
      summary: "Sends a test message to a product's channels and returns each target's answer",
      description: `Requires the maintainer role. ${DESCRIPTION}`,
      answers: ANSWERS,
      problems: ['not-found', 'forbidden'],
    },
    path: z.object({ product_id: pathIdSchema }),
    query: querySchema,
    handle: async ({ caller: { user, isAdministrator }, path, query: { channel } }) => {
      const opened = await deps.readProduct(path.product_id, user);
      const held = opened?.role ?? null;
      const access = decideAccess({ isAdministrator, role: held, needed: ROLE });
      if (opened === null || access === 'hidden') return problem('not-found');
      if (access === 'forbidden') return problem('forbidden', { detail: `This action requires the ${ROLE} role` });
      return await reply(deps, { product: opened.product, settings: opened.settings, user, channel });
    },
  });

const ofSettings = (deps: TestDeps) =>
  readRoute({
    doc: {
      id: 'testExceptionChannels',
      summary: "Sends a test message to the exception channels and returns each target's answer",
      description: `Requires an administrator. ${DESCRIPTION}`,
      answers: ANSWERS,
      problems: ['forbidden'],
    },
    path: NONE,
    query: querySchema,
    handle: async ({ caller, query: { channel } }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      return await reply(deps, { product: null, settings: await deps.readSettings(), user: caller.user, channel });
    },
  });

/** The routes that send test messages. */
export const testRoutes = (deps: TestDeps): Routes => ({
  'POST /api/products/{product_id}/test_notification': ofProduct(deps),
  'POST /api/settings/test_notification': ofSettings(deps),
});
