import type { Job } from '../../core/jobs/model.ts';
import { inChunks } from '../../core/platform/chunks.ts';
import type { Product } from '../../core/products/model.ts';
import type { Settings } from '../../core/settings/model.ts';
import { ownTargets } from '../../core/targets/model.ts';
import { targetName } from '../../core/targets/target-record.ts';

/** Targets of one job. */
const TARGETS = 20;

const routesOf = ({ channels, schedules, mutes }: Product | Settings): string =>
  JSON.stringify([channels, schedules, mutes]);

/**
 * The jobs that apply changed channels, schedules, and mutes to what waits for the targets that the owner had. None for
 * targets that it only has now: nothing of it waits there.
 */
export const rerouteJobs = <Owner extends Product | Settings>(
  productId: string | null,
  { before, after }: { readonly before: Owner | null; readonly after: Owner | null },
  settings: Settings,
): Job[] => {
  if (before === null || after === null || routesOf(before) === routesOf(after)) return [];
  const targets = ownTargets(before, settings).map(({ key, destination }) => targetName(destination.channel, key));
  return inChunks(targets, TARGETS).map((some) => ({ kind: 'reroute', product_id: productId, targets: some }));
};
