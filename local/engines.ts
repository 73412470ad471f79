import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Dynamodb, startDynamodb } from './engines/dynamodb.ts';
import { type Kms, kmsSecret, startKms } from './engines/kms.ts';
import { type Ses, startSes } from './engines/ses.ts';
import { type Sqs, startSqs } from './engines/sqs.ts';
import type { Running } from './lambda.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/** The real parts behind the stack. */
export type Engines = { dynamodb: Dynamodb; sqs: Sqs; ses: Ses; kms: Kms; receiver: Receiver };

export type EnginesOptions = {
  region: string;
  dataDirectory: string | undefined;
  dynamodbEndpoint: string | undefined;
  log(line: string): void;
  /** Told of each part as soon as it runs, so that a later failure leaves none behind. */
  onStart(part: Running): void;
};

/** DynamoDB takes up to days; tests that wait for it ask for a sweep. */
const SWEEP_INTERVAL_MS = 60_000;

export async function startEngines(options: EnginesOptions): Promise<Engines> {
  const { region, dataDirectory, dynamodbEndpoint, log } = options;
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
  const started = async <T extends Running>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    options.onStart(part);
    return part;
  };
  const [dynamodb, sqs, ses, kms, receiver] = await Promise.all([
    started(
      startDynamodb({
        sweepIntervalMs: SWEEP_INTERVAL_MS,
        log,
        ...(dataDirectory === undefined ? {} : { file: join(dataDirectory, 'dynamodb.sqlite') }),
        ...(dynamodbEndpoint === undefined ? {} : { endpoint: dynamodbEndpoint }),
      }),
    ),
    started(startSqs({ region })),
    started(startSes()),
    started(startKms({ secret: kmsSecret(dataDirectory && join(dataDirectory, 'kms-secret')) })),
    started(startReceiver()),
  ]);
  return { dynamodb, sqs, ses, kms, receiver };
}
