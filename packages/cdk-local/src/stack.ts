/** The whole stack on one machine, made from the synthesized template. */

import type { Running } from './lambda.ts';
import { createLogin } from './login/login.ts';
import type { SignIn } from './login/sign-in.ts';
import { latestMessages } from './messages/latest-messages.ts';
import { openAwsProxy } from './open-aws-proxy.ts';
import { openWeb } from './open-web.ts';
import { type PreparedStack, prepareStack, type StackDefinition } from './prepare-stack.ts';
import { prepareRuntime, type RuntimeOptions } from './runtime.ts';

export type { LocalOrigins } from './prepare-stack.ts';

export type StackOptions = RuntimeOptions &
  StackDefinition & {
    readonly signIn: SignIn;
    /** HTML of the page about the stack, at `/_local`. */
    readonly landing: (about: {
      readonly addresses: Addresses;
      readonly functions: readonly string[];
      /** HTML of the latest messages of all channels, newest first. */
      readonly messages: readonly string[];
    }) => string;
  };

/** Where the parts of a running stack are: URLs, and the folder of the functions' logs. */
type Addresses = {
  readonly web: string;
  readonly api: string;
  /** Where API Gateway answers without a distribution. */
  readonly execute_api: string;
  readonly issuer: string;
  readonly mail: string;
  readonly events: string;
  readonly receiver: string;
  readonly dynamodb: string;
  readonly sqs: string;
  readonly sns: string;
  /** Where the functions' AWS calls pass; its control calls are under `/_gate/`. */
  readonly gate: string;
  readonly logs: string;
};

export type LocalStack = Running & {
  readonly addresses: Addresses;
  /** Outputs of the template, by their names. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly topicArns: readonly string[];
};

const SHOWN_MESSAGES = 30;

export const startStack = async (options: StackOptions): Promise<LocalStack> => {
  const parts: Running[] = [];
  const stopLater = (part: Running) => void parts.push(part);
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const runtime = await prepareRuntime(options, stopLater);
    const prepared = await prepareStack(runtime, options);
    const { signIn } = options;
    const { origin, issuer, key } = runtime;
    const login = createLogin({ issuer, web: origin, key, signIn });
    openAwsProxy(prepared, login, signIn);
    const addresses = addressesOf(prepared);
    const { stack, topicArns, functions } = prepared.model;
    const names = functions.map(({ name }) => name);
    openWeb(prepared, login, async () =>
      options.landing({ addresses, functions: names, messages: await latestMessages(addresses, SHOWN_MESSAGES) }),
    );
    return { addresses, outputs: stack.outputs, topicArns, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const addressesOf = ({ runtime, sources }: PreparedStack): Addresses => {
  const { engines, executeApi, gate, origin, issuer, logs } = runtime;
  return {
    web: origin,
    api: `${origin}/api`,
    execute_api: executeApi.url,
    issuer,
    mail: engines.ses.url,
    events: engines.events.url,
    receiver: engines.receiver.url,
    dynamodb: engines.dynamodb.url,
    sqs: engines.sqs.url,
    sns: sources.topics.url,
    gate: gate.url,
    logs,
  };
};
