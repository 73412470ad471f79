import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { SuppressedAddress } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { pathName } from '../api/path-name.ts';
import { usePage } from '../api/use-page.ts';
import { useTight } from '../frame/narrow.ts';
import { Pages } from '../frame/pages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { At } from '../frame/time.tsx';
import { useAction } from '../frame/use-action.ts';
import { Words } from '../frame/words.tsx';

const PATH = '/suppressed_addresses';
const EVERY_MS = 60_000;
const PAGE_SIZE = 25;

/** Addresses whose recipients complained: they get no email until an administrator allows it. */
export const SuppressedSection = () => {
  const api = useApi();
  const [number, setNumber] = useState(1);
  const list = usePage<SuppressedAddress>(
    { path: PATH, number, size: PAGE_SIZE },
    { everyMs: EVERY_MS, goTo: setNumber },
  );
  const { items, isLoading, problem, refresh, hasNext } = list;
  const lifting = useAction<string>({
    failure: (address) => `Can't allow email to ${address}`,
    work: (address) => api.remove(`${PATH}/${pathName(address)}`),
    settled: refresh,
  });
  const isTight = useTight();
  const liftCell = ({ address }: SuppressedAddress) => (
    <Button
      variant="inline-link"
      ariaLabel={`Allow email to ${address}`}
      disabled={lifting.isPending && lifting.variables === address}
      onClick={() => lifting.mutate(address)}
    >
      Allow email
    </Button>
  );

  const addressCell = (item: SuppressedAddress) => <Words>{item.address}</Words>;
  const allCell = (item: SuppressedAddress) => (
    <SpaceBetween size="xxs">
      {addressCell(item)}
      <Box color="text-body-secondary" fontSize="body-s">
        {item.reason} · <At iso={item.since} />
      </Box>
      {liftCell(item)}
    </SpaceBetween>
  );
  const others = [
    { id: 'reason', header: 'Reason', cell: ({ reason }: SuppressedAddress) => <Words>{reason}</Words> },
    { id: 'since', header: 'Since', cell: ({ since }: SuppressedAddress) => <At iso={since} /> },
    { id: 'lift', header: 'Action', cell: liftCell },
  ];

  return (
    <Table
      variant="container"
      wrapLines
      items={items}
      trackBy="address"
      loading={isLoading}
      loadingText="Loading suppressed addresses"
      ariaLabels={{ tableLabel: 'Suppressed addresses' }}
      empty={<Box textAlign="center">No suppressed addresses.</Box>}
      header={
        <Header variant="h2" description="Recipients who reported an email as spam. No product sends them email.">
          Suppressed addresses
        </Header>
      }
      columnDefinitions={[
        { id: 'address', header: 'Address', isRowHeader: true, cell: isTight ? allCell : addressCell },
        ...(isTight ? [] : others),
      ]}
      pagination={(number > 1 || hasNext) && <Pages number={number} hasNext={hasNext} goTo={setNumber} />}
      footer={problem && <ProblemAlert what="Can't load the addresses" problem={problem} retry={refresh} />}
    />
  );
};
