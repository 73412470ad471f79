import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const callSchema = z.object({ service: z.string(), action: z.string() });
const encodedSchema = z.string().transform((json) => callSchema.parse(JSON.parse(json)));
const customSchema = z.object({
  Create: encodedSchema.optional(),
  Update: encodedSchema.optional(),
  Delete: encodedSchema.optional(),
});

/**
 * CDK's custom resource makes one call of an AWS API during a deployment. Here each stands for `GetRandomPassword` of Secrets Manager;
 * another call is refused, because nothing answers it.
 */
export const refuseOtherCalls = (stack: ResolvedStack): void => {
  for (const { logicalId, parsed } of resourcesOf(stack, ['Custom::AWS'], customSchema)) {
    for (const call of [parsed.Create, parsed.Update, parsed.Delete]) {
      if (call === undefined || (call.service === 'SecretsManager' && call.action === 'getRandomPassword')) continue;
      throw new Error(`${logicalId}: the local stack makes no call ${call.service} ${call.action}`);
    }
  }
};
