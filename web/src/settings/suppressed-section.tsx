import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { SuppressedAddress } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { pathName } from '../api/path-name.ts';
import { asProblem, describeProblem } from '../api/problem.ts';
import { usePages } from '../api/use-pages.ts';
import { useShowMessage } from '../frame/messages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { At } from '../frame/time.tsx';

const PATH = '/suppressed_addresses';
const PAGES = { everyMs: 60_000, pageSize: 100, keyOf: ({ address }: SuppressedAddress) => address } as const;

/** Addresses whose recipients complained: they get no email until an administrator allows it. */
export const SuppressedSection = () => {
  const api = useApi();
  const showMessage = useShowMessage();
  const list = usePages(`${PATH}?limit=${PAGES.pageSize}`, PAGES);
  const { items, isLoading, problem, refresh, readOn, isReadingOn } = list;
  const [busy, setBusy] = useState('');

  const lift = async (address: string): Promise<void> => {
    setBusy(address);
    try {
      await api.remove(`${PATH}/${pathName(address)}`);
    } catch (thrown) {
      showMessage({ type: 'error', text: `Can't allow email to ${address}: ${describeProblem(asProblem(thrown))}` });
    } finally {
      await refresh();
      setBusy('');
    }
  };
  const liftCell = ({ address }: SuppressedAddress) => (
    <Button
      variant="inline-link"
      ariaLabel={`Allow email to ${address}`}
      disabled={busy === address}
      onClick={() => void lift(address)}
    >
      Allow email
    </Button>
  );

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
        {
          id: 'address',
          header: 'Address',
          isRowHeader: true,
          cell: ({ address }) => <span className="words">{address}</span>,
        },
        { id: 'reason', header: 'Reason', cell: ({ reason }) => <span className="words">{reason}</span> },
        { id: 'since', header: 'Since', cell: ({ since }) => <At iso={since} /> },
        { id: 'lift', header: 'Action', cell: liftCell },
      ]}
      footer={
        <>
          {problem && <ProblemAlert what="Can't load the addresses" problem={problem} retry={refresh} />}
          {readOn !== null && items.length > 0 && (
            <Button loading={isReadingOn} loadingText="Loading more addresses" onClick={() => void readOn()}>
              Show more
            </Button>
          )}
        </>
      }
    />
  );
};
