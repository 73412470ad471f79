import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { channelOf } from '../../../core/channels/channels.ts';
import type { Preview } from '../api/answers.ts';
import { formatNumber } from '../frame/number.ts';

const GATES = { passed: 'passed', failed: 'failed', none: 'no gate' } as const;

const productsOf = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'product' : 'products'}`;

const headlineOf = ({ count, sample }: Preview): string => {
  if (sample !== null) {
    const basis = `estimated from a sample of ${formatNumber(sample.checked)}`;
    return `The gate of about ${productsOf(count)} of ${formatNumber(sample.of)} would change (${basis}).`;
  }
  return count === 0 ? 'No gate would change.' : `The gate of ${productsOf(count)} would change.`;
};

const recipientsOf = ({ recipients, sample }: Preview): string => {
  if (recipients.length === 0) return 'No one would be notified: no recipients are configured.';
  const parts = recipients.map(({ channel, count }) => `${formatNumber(count)} by ${channelOf(channel).label}`);
  return `Recipients${sample === null ? '' : ' in the sample'}: ${parts.join(', ')}.`;
};

/** What a change would do to gates, and whom that would notify. */
export const PreviewText = ({ preview }: { readonly preview: Preview }) => (
  <SpaceBetween size="xs">
    <Box>{headlineOf(preview)}</Box>
    {preview.count > 0 && <Box color="text-body-secondary">{recipientsOf(preview)}</Box>}
    {preview.products.length > 1 && (
      <ExpandableSection
        headerText={preview.count > preview.products.length ? `First ${preview.products.length} products` : 'Products'}
      >
        <ul>
          {preview.products.map(({ id, name, from, to }) => (
            <li key={id} className="words">
              {name}: {GATES[from]} → {GATES[to]}
            </li>
          ))}
        </ul>
      </ExpandableSection>
    )}
  </SpaceBetween>
);
