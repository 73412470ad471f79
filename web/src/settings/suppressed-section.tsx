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
import { useTell } from '../frame/messages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';

const PATH = '/suppressed_addresses';
const PAGES = { everyMs: 60_000, pageSize: 100, keyOf: ({ address }: SuppressedAddress) => address } as const;

/** The addresses that are sent no mail because their owner complained; an administrator lifts that. */
export const SuppressedSection = () => {
  const api = useApi();
  const tell = useTell();
  const list = usePages(`${PATH}?limit=${PAGES.pageSize}`, PAGES);
  const { items, isLoading, problem, refresh, readOn, isReadingOn } = list;
  const [busy, setBusy] = useState('');

  const lift = async (address: string): Promise<void> => {
    setBusy(address);
    try {
      await api.remove(`${PATH}/${pathName(address)}`);
    } catch (thrown) {
      tell({ type: 'error', text: `${address} could not be lifted: ${describeProblem(asProblem(thrown))}` });
    } finally {
      await refresh();
      setBusy('');
    }
  };
  const liftCell = ({ address }: SuppressedAddress) => (
    <Button
      variant="inline-link"
      ariaLabel={`Send mail to ${address} again`}
      disabled={busy === address}
      onClick={() => void lift(address)}
    >
      Send mail again
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
      empty={<Box textAlign="center">Nobody complained.</Box>}
      header={
        <Header
          variant="h2"
          description="Their owners complained about a mail, so none is sent to them, for any product"
        >
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
        { id: 'since', header: 'Since', cell: ({ since }) => new Date(since).toLocaleString() },
        { id: 'lift', header: 'Action', cell: liftCell },
      ]}
      footer={
        <>
          {problem && <ProblemAlert what="The addresses could not be loaded" problem={problem} retry={refresh} />}
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
