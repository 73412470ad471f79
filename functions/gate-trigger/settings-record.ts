import type { Settings } from '../../core/settings/model.ts';
import type { Images, ProductRecordDeps } from './product-record.ts';

/** Starts a job that recalculates every product on the default gate, if the settings' gate fields changed. */
export const actOnSettings = async (
  { sendJobs, log }: Pick<ProductRecordDeps, 'sendJobs' | 'log'>,
  { before, after }: Images<Settings>,
): Promise<void> => {
  if (after === null || after.gate_version === (before?.gate_version ?? 0)) return;
  await sendJobs([{ kind: 'plan-recheck', gate_version: after.gate_version, after: null }]);
  log.info('The default gate changed', { request_id: after.gate_request_id, gate_version: after.gate_version });
};
