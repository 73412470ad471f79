import Box from '@cloudscape-design/components/box';
import type { Product } from '../api/answers.ts';
import { Ago } from '../frame/time.tsx';
import { StaleReport } from '../gate/stale-report.tsx';
import { CommitLink } from '../history/commit-link.tsx';

/** When the counts were last reported and from where, and whether the next report is overdue. */
export const LastReport = ({ product }: { readonly product: Product }) => {
  const {
    observation_counts_updated: updated,
    observation_counts_commit: commit,
    observation_counts_run_url: runUrl,
  } = product;
  if (updated === null)
    return (
      <Box color="text-body-secondary">
        No findings were reported yet. See “CI pipeline” below. <StaleReport product={product} />
      </Box>
    );
  return (
    <Box color="text-body-secondary">
      Last report: <Ago iso={updated} />
      {(commit ?? runUrl) !== null && (
        <>
          , <CommitLink commit={commit} runUrl={runUrl} />
        </>
      )}{' '}
      <StaleReport product={product} />
    </Box>
  );
};
