import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { handlesOrExit } from '../local/api-client.ts';

/** URLs of the queues that the commands here work with. */
export type Queues = { readonly deliveries: string; readonly deadLetters: string; readonly jobs: string };

const queueNamed = async (client: SQSClient, prefix: string): Promise<string> => {
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  const [url, ...more] = QueueUrls;
  if (url === undefined || more.length > 0) throw new Error(`${QueueUrls.length} queues begin with ${prefix}`);
  return url;
};

/** The local stack's engine checks no signature, but the client wants something to sign with. */
const local = (): { readonly client: SQSClient; readonly queues: Queues } => {
  const { sqs, delivery_queue, delivery_dead_letter_queue, job_queue } = handlesOrExit();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: sqs, region: 'eu-central-1', credentials });
  return {
    client,
    queues: { deliveries: delivery_queue ?? '', deadLetters: delivery_dead_letter_queue ?? '', jobs: job_queue ?? '' },
  };
};

/**
 * The queues of a stage of the account and region that the AWS environment names; CloudFormation names them by stack and
 * construct. `local` is the stack that runs here.
 */
export const openStage = async (stage: string): Promise<{ readonly client: SQSClient; readonly queues: Queues }> => {
  if (stage === 'local') return local();
  const client = new SQSClient();
  const queues = {
    deliveries: await queueNamed(client, `gatebell-${stage}-DeliveryQueueMessages`),
    deadLetters: await queueNamed(client, `gatebell-${stage}-DeliveryQueueDeadLetters`),
    jobs: await queueNamed(client, `gatebell-${stage}-BackgroundQueueMessages`),
  };
  return { client, queues };
};
