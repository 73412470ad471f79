import type { Settings } from '../../core/settings/model.ts';
import type { Images, ProductRecordDeps } from './product-record.ts';
import { rerouteJobs } from './reroute.ts';

/**
 * Starts jobs: one that recalculates every product on the default gate if the settings' gate fields changed, and some for the
 * exceptions that wait if the routes changed.
 */
export const actOnSettings = async (
  { sendJobs, log }: Pick<ProductRecordDeps, 'sendJobs' | 'log'>,
  { before, after }: Images<Settings>,
): Promise<void> => {
  if (after === null) return;
  const reroutes = rerouteJobs(null, { before, after }, after);
  if (reroutes.length > 0) await sendJobs(reroutes);
  if (after.gate_version === (before?.gate_version ?? 0)) return;
  await sendJobs([{ kind: 'plan-recheck', gate_version: after.gate_version, after: null }]);
  log.info('The default gate changed', { request_id: after.gate_request_id, gate_version: after.gate_version });
};
