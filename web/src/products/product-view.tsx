import Box from '@cloudscape-design/components/box';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import type { Product } from '../api/answers.ts';
import { useApi, useCaller } from '../api/api-context.ts';
import { saveFields } from '../api/save.ts';
import { useLive } from '../api/use-live.ts';
import { Frame } from '../frame/frame.tsx';
import { Heading } from '../frame/heading.tsx';
import { NotFound } from '../frame/not-found.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { follow } from '../frame/route.ts';
import { visible, Words } from '../frame/words.tsx';
import { GateIndicator, gateStateOf } from '../gate/gate-indicator.tsx';
import { HistorySection } from '../history/history-section.tsx';
import { FailedSection } from '../operations/failed-section.tsx';
import { CiSection } from './ci-section.tsx';
import { DeleteProduct } from './delete-product.tsx';
import { DetailsSection } from './details-section.tsx';
import { GateSection } from './gate-section.tsx';
import { MembersSection } from './members-section.tsx';
import { NotificationSection } from './notification-section.tsx';
import type { ProductPart } from './product-part.ts';
import { mayAs } from './roles.ts';

const EVERY_MS = 5_000;

const Parts = ({ product, refresh }: { readonly product: Product; readonly refresh: () => Promise<void> }) => {
  const api = useApi();
  const { is_administrator } = useCaller();
  const isOwner = mayAs('owner', product, is_administrator);
  const part: ProductPart = {
    product,
    isMaintainer: mayAs('maintainer', product, is_administrator),
    change: async (fields, seen) => {
      try {
        await saveFields(api, `/products/${encodeURIComponent(product.id)}`, fields, seen);
      } finally {
        await refresh();
      }
    },
  };
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={<Words>{product.description}</Words>}
        info={<GateIndicator state={gateStateOf(product)} />}
        actions={isOwner && <DeleteProduct product={product} />}
      >
        <Heading>{visible(product.name)}</Heading>
      </Header>
      <GateSection {...part} />
      <HistorySection product={product} />
      <NotificationSection {...part} />
      {isOwner && <FailedSection productId={product.id} />}
      <MembersSection product={product} isOwner={isOwner} />
      <CiSection product={product} />
      {part.isMaintainer && <DetailsSection {...part} />}
    </SpaceBetween>
  );
};

/** One product: its gate, where it notifies, who is in, and how a pipeline reports to it. */
const ProductView = ({ id }: { readonly id: string }) => {
  const { body, problem, refresh } = useLive<Product>(`/products/${encodeURIComponent(id)}`, EVERY_MS);
  if (problem?.status === 404) return <NotFound />;
  return (
    <Frame title={visible(body?.name ?? 'Product')} help="product">
      <SpaceBetween size="m">
        <BreadcrumbGroup
          items={[
            { text: 'Products', href: '/products' },
            { text: visible(body?.name ?? '…'), href: `/products/${id}` },
          ]}
          onFollow={follow}
        />
        {problem && <ProblemAlert what="Can't load the product" problem={problem} retry={refresh} />}
        {body === undefined && problem === null && (
          <Box textAlign="center" padding="xxl">
            <Spinner size="large" />
          </Box>
        )}
        {body && <Parts product={body} refresh={refresh} />}
      </SpaceBetween>
    </Frame>
  );
};

export default ProductView;
