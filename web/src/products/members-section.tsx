import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { Member, Product } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { pathName } from '../api/path-name.ts';
import { asProblem, describeProblem } from '../api/problem.ts';
import { usePages } from '../api/use-pages.ts';
import { useShowMessage } from '../frame/messages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { AddMember } from './add-member.tsx';
import { LeaveProduct } from './leave-product.tsx';
import { ROLE_KEYS, ROLES } from './roles.ts';

const PAGES = { everyMs: 30_000, pageSize: 100, keyOf: ({ user }: Member) => user } as const;

type MembersProps = { readonly product: Product; readonly isOwner: boolean };

const OPTIONS = ROLE_KEYS.map((value) => ({ value, label: ROLES[value] }));

/** Who is a member as what; owners change it. */
export const MembersSection = ({ product, isOwner }: MembersProps) => {
  const api = useApi();
  const showMessage = useShowMessage();
  const path = `/products/${encodeURIComponent(product.id)}/members`;
  const { items, isLoading, problem, refresh, readOn, isReadingOn } = usePages(
    `${path}?limit=${PAGES.pageSize}`,
    PAGES,
  );
  const [busy, setBusy] = useState('');

  const act = async (user: string, work: () => Promise<unknown>): Promise<void> => {
    setBusy(user);
    try {
      await work();
    } catch (thrown) {
      showMessage({ type: 'error', text: `Can't change ${user}: ${describeProblem(asProblem(thrown))}` });
    } finally {
      await refresh();
      setBusy('');
    }
  };
  const at = (user: string) => `${path}/${pathName(user)}`;

  const roleCell = ({ user, role }: Member) => {
    if (!isOwner) return ROLES[role];
    return (
      <Select
        selectedOption={{ value: role, label: ROLES[role] }}
        options={OPTIONS}
        disabled={busy === user}
        ariaLabel={`Role of ${user}`}
        expandToViewport
        onChange={({ detail }) =>
          void act(user, () => api.send('PUT', at(user), { role: detail.selectedOption.value }))
        }
      />
    );
  };
  const removeCell = ({ user }: Member) => (
    <Button
      variant="inline-link"
      ariaLabel={`Remove ${user}`}
      disabled={busy === user}
      onClick={() => void act(user, () => api.remove(at(user)))}
    >
      Remove
    </Button>
  );

  return (
    <Table
      variant="container"
      wrapLines
      items={items}
      trackBy="user"
      loading={isLoading}
      loadingText="Loading members"
      ariaLabels={{ tableLabel: 'Members' }}
      empty={<Box textAlign="center">No members. An administrator can add an owner.</Box>}
      header={
        <Header
          variant="h2"
          description="Who can access this product, and their roles"
          actions={product.role !== null && <LeaveProduct product={product} />}
        >
          Members
        </Header>
      }
      columnDefinitions={[
        { id: 'user', header: 'User', isRowHeader: true, cell: ({ user }) => <span className="words">{user}</span> },
        { id: 'role', header: 'Role', cell: roleCell },
        ...(isOwner ? [{ id: 'remove', header: 'Action', cell: removeCell }] : []),
      ]}
      footer={
        <SpaceBetween size="s">
          {problem && <ProblemAlert what="Can't load the members" problem={problem} retry={refresh} />}
          {readOn !== null && items.length > 0 && (
            <Button loading={isReadingOn} loadingText="Loading more members" onClick={() => void readOn()}>
              Show more
            </Button>
          )}
          {isOwner && <AddMember path={path} added={refresh} />}
        </SpaceBetween>
      }
    />
  );
};
