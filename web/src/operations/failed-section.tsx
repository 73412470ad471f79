import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { ListedDelivery } from '../api/answers.ts';
import { usePage } from '../api/use-page.ts';
import { useSnug } from '../frame/narrow.ts';
import { Pages } from '../frame/pages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { failedColumns } from './failed-columns.tsx';
import { ListFilter } from './list-filter.tsx';
import { FIRST_RANGE, RANGES, type Range, sinceOf } from './ranges.ts';
import { SendAgain } from './send-again.tsx';

const EVERY_MS = 10_000;
const PAGE_SIZE = 25;

const pathOf = (since: string, productId: string | null): string =>
  `/deliveries?${new URLSearchParams({ since, ...(productId !== null && { product_id: productId }) })}`;

type Asked = { readonly range: Range; readonly since: string; readonly number: number };

const firstOf = (range: Range): Asked => ({ range, since: sinceOf(range, Date.now()), number: 1 });

/** Failed deliveries of a product or of all (null), newest first, and a way to send them all again. */
export const FailedSection = ({ productId }: { readonly productId: string | null }) => {
  const [{ range, since, number }, setAsked] = useState(() => firstOf(FIRST_RANGE));
  const goTo = (next: number) => setAsked((asked) => ({ ...asked, number: next }));
  const place = { path: pathOf(since, productId), number, size: PAGE_SIZE };
  const list = usePage<ListedDelivery>(place, { everyMs: EVERY_MS, goTo });
  const { items, isLoading, problem, refresh, hasNext } = list;
  const isTight = useSnug();
  return (
    <Table
      variant="container"
      wrapLines
      items={items}
      trackBy={({ notification_id, delivery_id }) => `${notification_id} ${delivery_id}`}
      loading={isLoading}
      loadingText="Loading failed deliveries"
      ariaLabels={{ tableLabel: 'Failed deliveries' }}
      empty={problem === null && <Box textAlign="center">No delivery has failed in this time range.</Box>}
      columnDefinitions={failedColumns({ isTight, hasProduct: productId === null })}
      header={
        <Header
          variant="h2"
          description="Messages that didn't arrive and are not tried again by themselves"
          actions={
            <SendAgain
              range={range}
              since={since}
              productId={productId}
              isEmpty={items.length === 0}
              refresh={refresh}
            />
          }
        >
          Failed deliveries
        </Header>
      }
      filter={
        <ListFilter<Range>
          label="Failed in"
          options={RANGES}
          selected={range}
          choose={(chosen) => setAsked(firstOf(chosen))}
        />
      }
      pagination={(number > 1 || hasNext) && <Pages number={number} hasNext={hasNext} goTo={goTo} />}
      footer={problem && <ProblemAlert what="Can't load the failed deliveries" problem={problem} retry={refresh} />}
    />
  );
};
