import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import { Words } from './words.tsx';

type StatusProps = { readonly type: StatusIndicatorProps.Type; readonly children: ReactNode };

/** A sign with its words, which Cloudscape alone would break anywhere. */
export const Status = ({ type, children }: StatusProps) => (
  <StatusIndicator type={type}>
    <Words>{children}</Words>
  </StatusIndicator>
);
