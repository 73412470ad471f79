import { z } from 'zod';
import type { AwsCall } from './aws-call.ts';

/**
 * A fault to come: the `nth` call of a function (counted from when the fault was set, over all its instances) is met by it,
 * and the `times - 1` calls after that. `action` narrows what is counted: `PutItem`, `dynamodb:TransactWriteItems`, `sqs:*`.
 */
export const faultRuleSchema = z.strictObject({
  function: z.string(),
  action: z.string().optional(),
  nth: z.int().min(1),
  /** Before the engine got the call, or after it did it and before the answer is delivered. */
  when: z.enum(['before', 'after']).default('before'),
  do: z.enum(['kill', 'throttle', 'error']),
  times: z.int().min(1).default(1),
});
export type FaultRule = z.infer<typeof faultRuleSchema>;

export type Faults = {
  /** Replaces all faults, and starts their counts anew. */
  set(rules: readonly FaultRule[]): void;
  /** Counts the call, and gives the fault that it meets. */
  due(functionName: string, call: AwsCall): FaultRule | undefined;
  /** Rules with the calls counted so far. */
  list(): (FaultRule & { counted: number })[];
};

/** Whether `pattern` means this call: by API operation or by one of the IAM actions it needs, with or without the service. */
export const meansCall = (pattern: string, call: AwsCall): boolean => {
  const wanted = pattern.toLowerCase();
  if (wanted.endsWith('*')) return `${call.service}:${call.operation}`.toLowerCase().startsWith(wanted.slice(0, -1));
  const names = [`${call.service}:${call.operation}`, ...call.requirements.map(({ action }) => action)];
  return names.some((name) => [name.toLowerCase(), name.toLowerCase().split(':')[1]].includes(wanted));
};

export const createFaults = (): Faults => {
  let armed: { readonly rule: FaultRule; readonly counted: number }[] = [];
  return {
    set: (rules) => {
      armed = rules.map((rule) => ({ rule, counted: 0 }));
    },
    due: (functionName, call) => {
      const isCounted = ({ action, function: name }: FaultRule) =>
        name === functionName && (action === undefined || meansCall(action, call));
      const counting = armed.filter(({ rule }) => isCounted(rule));
      armed = armed.map(({ rule, counted }) => ({ rule, counted: counted + (isCounted(rule) ? 1 : 0) }));
      return counting.find(({ rule, counted }) => counted + 1 >= rule.nth && counted + 1 < rule.nth + rule.times)?.rule;
    },
    list: () => armed.map(({ rule, counted }) => ({ ...rule, counted })),
  };
};
