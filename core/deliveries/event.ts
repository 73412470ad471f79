import * as z from 'zod/mini';
import { gateStateSchema } from '../gates/model.ts';
import type { Notification } from '../notifications/model.ts';

export const alarmStateSchema = z.enum(['alarm', 'ok']);
export type AlarmState = z.infer<typeof alarmStateSchema>;

/**
 * What a delivery is about, as far as merging several of them needs to know it. Deliveries of a route with the same subject
 * are merged; gates and alarms have a state, exceptions are counted, the held-back repeats included.
 */
export const deliveryEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('gate'), subject: z.string(), from: gateStateSchema, to: gateStateSchema }),
  z.object({ kind: z.literal('alarm'), subject: z.string(), from: alarmStateSchema, to: alarmStateSchema }),
  z.object({ kind: z.literal('report'), subject: z.string() }),
  z.object({ kind: z.literal('exception'), subject: z.string(), count: z.int() }),
]);

export type DeliveryEvent = z.infer<typeof deliveryEventSchema>;

/** Whether the subject of an event has a state. */
export const hasState = (event: DeliveryEvent): event is Extract<DeliveryEvent, { kind: 'gate' | 'alarm' }> =>
  event.kind === 'gate' || event.kind === 'alarm';

/** The event of a notification. */
export const eventOf = (notification: Notification): DeliveryEvent => {
  const { product_id, from, to, alarm, resolved, exception_class, name, suppressed, report_overdue_since } =
    notification;
  if (from !== null && to !== null) return { kind: 'gate', subject: `gate ${product_id}`, from, to };
  if (alarm !== null) {
    const states = resolved ? ({ from: 'alarm', to: 'ok' } as const) : ({ from: 'ok', to: 'alarm' } as const);
    return { kind: 'alarm', subject: `alarm ${alarm}`, ...states };
  }
  if (report_overdue_since !== null) return { kind: 'report', subject: `report ${product_id}` };
  const subject = `exception ${product_id ?? ''} ${exception_class ?? name}`;
  return { kind: 'exception', subject, count: 1 + (suppressed ?? 0) };
};
