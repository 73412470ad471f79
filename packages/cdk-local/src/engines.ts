import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { type Dynamodb, startDynamodb } from './engines/dynamodb.ts';
import { type Events, startEvents } from './engines/events.ts';
import { type Kms, kmsSecret, startKms } from './engines/kms.ts';
import { type Ses, startSes } from './engines/ses.ts';
import { type Sqs, startSqs } from './engines/sqs.ts';
import type { Running } from './lambda.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { storedPorts } from './stored-ports.ts';

/** The real parts behind the stack. */
export type Engines = {
  readonly dynamodb: Dynamodb;
  readonly sqs: Sqs;
  readonly ses: Ses;
  readonly kms: Kms;
  readonly events: Events;
  readonly receiver: Receiver;
};

export type EnginesOptions = {
  readonly region: string;
  readonly dataDirectory: string | undefined;
  readonly dynamodbEndpoint: string | undefined;
  readonly inFlightLimit: number | undefined;
  readonly clock: Clock;
  log(line: string): void;
  /** Called for each part as soon as it runs, so that a later failure can stop it. */
  onStart(part: Running): void;
};

/** DynamoDB takes up to days; tests that wait for it ask for a sweep. */
const SWEEP_INTERVAL_MS = 60_000;

export const startEngines = async (options: EnginesOptions): Promise<Engines> => {
  const { region, dataDirectory, dynamodbEndpoint, inFlightLimit, clock, log } = options;
  const storedIn = (name: string) => (dataDirectory === undefined ? undefined : join(dataDirectory, name));
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
  const started = async <T extends Running>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    options.onStart(part);
    return part;
  };
  const ports = await storedPorts(dataDirectory);
  const file = storedIn('dynamodb.sqlite');
  const [dynamodb, sqs, ses, kms, events, receiver] = await Promise.all([
    started(
      startDynamodb({
        sweepIntervalMs: SWEEP_INTERVAL_MS,
        now: clock.now,
        log,
        ...(file === undefined ? {} : { file }),
        ...(dynamodbEndpoint === undefined ? {} : { endpoint: dynamodbEndpoint }),
      }),
    ),
    started(startSqs({ region, directory: storedIn('queues'), offsetMs: clock.offsetMs(), inFlightLimit })),
    started(startSes({ port: ports.mail })),
    started(startKms({ secret: kmsSecret(storedIn('kms-secret')) })),
    started(startEvents()),
    started(startReceiver({ port: ports.receiver })),
  ]);
  return { dynamodb, sqs, ses, kms, events, receiver };
};
