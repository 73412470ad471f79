import type { LocalStack } from '../packages/cdk-local/src/stack.ts';
import type { Handles } from './handles.ts';

/** The handles of a stack, by the names of the outputs of Gatebell's template. */
export const createHandles = ({ addresses, outputs, topicArns }: LocalStack): Handles => {
  const atEngine = (url: string | undefined) => (url === undefined ? null : `${addresses.sqs}${new URL(url).pathname}`);
  return {
    ...addresses,
    topic: outputs['AlarmTopicArn'] ?? topicArns[0] ?? null,
    mail_feedback_topic: outputs['MailFeedbackTopicArn'] ?? null,
    table: outputs['TableName'] ?? null,
    pid: process.pid,
    delivery_queue: atEngine(outputs['DeliveryQueueUrl']),
    delivery_dead_letter_queue: atEngine(outputs['DeliveryDeadLetterQueueUrl']),
    job_queue: atEngine(outputs['JobQueueUrl']),
  };
};
