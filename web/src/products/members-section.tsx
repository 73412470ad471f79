import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useRef, useState } from 'react';
import type { Member, Product, Role } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { pathName } from '../api/path-name.ts';
import { usePage } from '../api/use-page.ts';
import { useTight } from '../frame/narrow.ts';
import { Pages } from '../frame/pages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { useAction } from '../frame/use-action.ts';
import { Words } from '../frame/words.tsx';
import { AddMember } from './add-member.tsx';
import { ConfirmMember } from './confirm-member.tsx';
import { LeaveProduct } from './leave-product.tsx';
import { ROLE_KEYS, ROLES, roleOption } from './roles.ts';

const EVERY_MS = 30_000;
const PAGE_SIZE = 25;

type MembersProps = { readonly product: Product; readonly isOwner: boolean };

/** A change of a member; no role removes them. */
type Change = { readonly user: string; readonly role: Role | null };

const OPTIONS = ROLE_KEYS.map(roleOption);

/** Who is a member as what; owners change it. */
export const MembersSection = ({ product, isOwner }: MembersProps) => {
  const api = useApi();
  const path = `/products/${encodeURIComponent(product.id)}/members`;
  const [number, setNumber] = useState(1);
  const list = usePage<Member>({ path, number, size: PAGE_SIZE }, { everyMs: EVERY_MS, goTo: setNumber });
  const { items, isLoading, problem, refresh, hasNext } = list;
  const isTight = useTight();
  // What takes rights away is asked about first.
  const [asked, setAsked] = useState<Change | null>(null);
  const heading = useRef<HTMLSpanElement>(null);
  const change = useAction<Change>({
    failure: ({ user }) => `Can't change ${user}`,
    work: ({ user, role }) => {
      const at = `${path}/${pathName(user)}`;
      return role === null ? api.remove(at) : api.send('PUT', at, { role });
    },
    settled: async ({ role }) => {
      await refresh();
      // The button that had it is gone.
      if (role === null) heading.current?.focus();
    },
  });
  const isBusy = (user: string) => change.isPending && change.variables.user === user;

  const roleCell = ({ user, role }: Member) => {
    if (!isOwner) return ROLES[role].label;
    return (
      <Select
        selectedOption={roleOption(role)}
        options={OPTIONS}
        readOnly={isBusy(user)}
        ariaLabel={`Role of ${user}`}
        expandToViewport
        onChange={({ detail }) => {
          const next = ROLE_KEYS.find((key) => key === detail.selectedOption.value) ?? role;
          if (ROLE_KEYS.indexOf(next) < ROLE_KEYS.indexOf(role)) setAsked({ user, role: next });
          else change.mutate({ user, role: next });
        }}
      />
    );
  };
  const removeCell = ({ user }: Member) => (
    <Button
      variant="inline-link"
      ariaLabel={`Remove ${user}`}
      loading={isBusy(user)}
      onClick={() => setAsked({ user, role: null })}
    >
      Remove
    </Button>
  );

  const userCell = ({ user }: Member) => <Words>{user}</Words>;
  const allCell = (member: Member) => (
    <SpaceBetween size="xs">
      {userCell(member)}
      {roleCell(member)}
      {isOwner && removeCell(member)}
    </SpaceBetween>
  );

  const table = (
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
          <span ref={heading} tabIndex={-1}>
            Members
          </span>
        </Header>
      }
      columnDefinitions={[
        { id: 'user', header: 'User', isRowHeader: true, cell: isTight ? allCell : userCell },
        ...(isTight ? [] : [{ id: 'role', header: 'Role', cell: roleCell }]),
        ...(isTight || !isOwner ? [] : [{ id: 'remove', header: 'Action', cell: removeCell }]),
      ]}
      pagination={(number > 1 || hasNext) && <Pages number={number} hasNext={hasNext} goTo={setNumber} />}
      footer={
        <SpaceBetween size="s">
          {problem && <ProblemAlert what="Can't load the members" problem={problem} retry={refresh} />}
          {isOwner && <AddMember path={path} added={refresh} />}
        </SpaceBetween>
      }
    />
  );
  return (
    <>
      {table}
      {asked && <ConfirmMember {...asked} close={() => setAsked(null)} confirm={() => change.mutate(asked)} />}
    </>
  );
};
