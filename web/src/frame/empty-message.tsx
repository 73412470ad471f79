import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

type MessageProps = { readonly title: string; readonly text: string; readonly children: ReactNode };

/** Why a list is empty, with buttons for what to do next. */
export const EmptyMessage = ({ title, text, children }: MessageProps) => (
  <Box textAlign="center" padding="l">
    <SpaceBetween size="s">
      <Box variant="strong">{title}</Box>
      <Box color="text-body-secondary">{text}</Box>
      <div className="centered">{children}</div>
    </SpaceBetween>
  </Box>
);
