import { channelOf } from '../channels/channels.ts';
import { type RouteSubject, routeSubjectOf } from '../targets/notified-state.ts';
import { hasState } from './event.ts';
import { type Delivery, ownerOf } from './model.ts';

/** The products whose channels deliveries go through. */
export const productsOf = (deliveries: readonly Delivery[]): string[] => [
  ...new Set(deliveries.flatMap((delivery) => ownerOf(delivery) ?? [])),
];

/** The addresses among the targets of deliveries. */
export const addressesOf = (deliveries: readonly Delivery[]): string[] => [
  ...new Set(
    deliveries.flatMap(({ channel, target }) => (channelOf(channel).field.kind === 'addresses' ? [target] : [])),
  ),
];

/** The subjects with a state that deliveries are about. */
export const subjectsOf = (deliveries: readonly Delivery[]): RouteSubject[] =>
  deliveries.filter(({ event }) => hasState(event)).map(routeSubjectOf);
