import Box from '@cloudscape-design/components/box';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { Notification } from '../api/answers.ts';
import { follow, urlOf } from '../frame/route.ts';
import { Status } from '../frame/status.tsx';
import { At } from '../frame/time.tsx';
import { visible, Words } from '../frame/words.tsx';
import { GateIndicator } from '../gate/gate-indicator.tsx';
import { ViewedMark } from './columns.tsx';
import { TYPE_NAMES } from './filter.ts';
import { isMasked } from './masked.ts';
import { toneOf } from './tone.ts';
import { Trace } from './trace.tsx';

const present = (text: string | null): text is string => text !== null && text !== '';

const heldBack = ({ suppressed, suppressed_since, suppressed_last, exception_grouping }: Notification): ReactNode => {
  if (!suppressed) return null;
  return (
    <>
      {suppressed} {exception_grouping === 'similar' ? 'similar exceptions' : 'repeats'}
      {suppressed_since !== null && (
        <>
          {' '}
          since <At iso={suppressed_since} />
        </>
      )}
      {suppressed_last !== null && (
        <>
          , the last one at <At iso={suppressed_last} />
        </>
      )}
    </>
  );
};

const ORIGIN_NAMES = {
  alarm: 'CloudWatch',
  gatebell: 'Gatebell',
  reported: 'Reported through the API',
} as const;

const productLink = ({ product_id, product_name }: Notification): ReactNode =>
  product_id === null ? null : (
    <Link href={urlOf(['products', product_id])} onFollow={follow}>
      {visible(product_name ?? product_id)}
    </Link>
  );

const gateChange = ({ from, to }: Notification): ReactNode =>
  from === null || to === null ? null : (
    <SpaceBetween size="xs" direction="horizontal">
      <GateIndicator state={from} />
      <span aria-hidden="true">→</span>
      <GateIndicator state={to} />
    </SpaceBetween>
  );

/** Labels and values of what applies; the rest is left out. */
const rows = (notification: Notification): KeyValuePairsProps.Item[] => {
  const all: { readonly label: string; readonly value: ReactNode }[] = [
    {
      label: 'Type',
      value: <Status type={toneOf(notification)}>{TYPE_NAMES[notification.type]}</Status>,
    },
    { label: 'Status', value: <ViewedMark viewed={notification.viewed} /> },
    { label: 'Created', value: <At iso={notification.created} /> },
    { label: 'Product', value: productLink(notification) },
    { label: 'Security gate', value: gateChange(notification) },
    {
      label: 'Report overdue since',
      value: notification.report_overdue_since !== null && <At iso={notification.report_overdue_since} />,
    },
    { label: 'Origin', value: notification.exception_origin !== null && ORIGIN_NAMES[notification.exception_origin] },
    { label: 'Class', value: present(notification.exception_class) && <Words>{notification.exception_class}</Words> },
    { label: 'Function', value: present(notification.function) && <Words>{notification.function}</Words> },
    { label: 'Caused by', value: present(notification.user) && <Words>{notification.user}</Words> },
    { label: 'Repeats not sent', value: heldBack(notification) },
  ];
  return all.filter(({ value }) => Boolean(value));
};

const pretty = (json: string): string => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
};

type FieldsProps = { readonly notification: Notification };

const Masked = () => <Box color="text-body-secondary">Only administrators see the message, arguments, and trace.</Box>;

/** What is said in the notification, which explains the rest. */
export const NotificationMessage = ({ notification }: FieldsProps) => {
  if (isMasked(notification)) return <Masked />;
  if (notification.message === '') return null;
  return (
    <Box variant="p" fontSize="heading-s">
      <Words className="lines">{notification.message}</Words>
    </Box>
  );
};

const Arguments = ({ notification }: FieldsProps) =>
  present(notification.arguments) && (
    <SpaceBetween size="xxs">
      <Box variant="awsui-key-label">Arguments</Box>
      <Box variant="code">
        <span className="words lines">{pretty(notification.arguments)}</span>
      </Box>
    </SpaceBetween>
  );

/** What a notification holds beside its message and deliveries. */
export const NotificationFields = ({ notification }: FieldsProps) => {
  const hasDetails = !isMasked(notification);
  return (
    <SpaceBetween size="l">
      <KeyValuePairs columns={2} minColumnWidth={140} items={rows(notification)} />
      {hasDetails && <Arguments notification={notification} />}
      {hasDetails && present(notification.trace) && <Trace text={notification.trace} />}
    </SpaceBetween>
  );
};
