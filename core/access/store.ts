import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX } from '../contract.ts';
import { MEMBER_PREFIX, memberKey, productIdOf, productKey, productPartition } from '../keys.ts';
import type { Page, PageRequest, PageWithUnreadable } from '../platform/dynamodb/page.ts';
import { parseEach, parseOne } from '../platform/dynamodb/parse-items.ts';
import { type Item, type Operation, settingFields, type Table } from '../platform/dynamodb/table.ts';
import { transact } from '../platform/dynamodb/transact.ts';
import { productExists } from '../products/store/product-exists.ts';
import { type Role, roleSchema } from './role.ts';

export type Member = { readonly user: string; readonly role: Role };

/** The role of a user in a product. */
export type Membership = Member & { readonly productId: string };

const memberAttributesSchema = z.object({ [INDEX.membersByUser.partitionKey]: z.string(), role: roleSchema });
const membershipAttributesSchema = z.object({ pk: z.string(), role: roleSchema });

export const memberItem = ({ productId, user, role: held }: Membership): Item => ({
  ...memberKey(productId, user),
  [INDEX.membersByUser.partitionKey]: user,
  role: held,
});

/** The role in a membership item. */
export const parseRole = (item: Item): Role => memberAttributesSchema.parse(item).role;

/** The role of a user in a product, or null. */
export const readRole = async (
  table: Table,
  { productId, user }: { readonly productId: string; readonly user: string },
): Promise<Role | null> => {
  const get = { TableName: table.name, Key: memberKey(productId, user), ConsistentRead: true };
  return await parseOne(table, (await table.client.send(new GetCommand(get))).Item, parseRole);
};

const userOf = (sortKey: unknown): string => String(sortKey).slice(MEMBER_PREFIX.length);

/** The members of a product, by name; `after` is a user's name. */
export const listMembers = async (
  table: Table,
  { productId, limit, after }: PageRequest & { readonly productId: string },
): Promise<PageWithUnreadable<Member>> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :product AND begins_with(sk, :member)',
    ExpressionAttributeValues: { ':product': productPartition(productId), ':member': MEMBER_PREFIX },
    ConsistentRead: true,
    Limit: limit,
    ...(after === null ? {} : { ExclusiveStartKey: memberKey(productId, after) }),
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const { entities, unreadable } = await parseEach(table, Items, (item) => memberAttributesSchema.parse(item));
  return {
    entries: entities.map(({ member_user, role: held }) => ({ user: member_user, role: held })),
    unreadable: unreadable.map(({ sk }) => userOf(sk)),
    next: LastEvaluatedKey === undefined ? null : userOf(LastEvaluatedKey['sk']),
  };
};

/** The products of a user by creation, oldest first if not descending, as a membership each; `after` is a product id. */
export const listMemberships = async (
  table: Table,
  {
    user,
    limit,
    after,
    isDescending = false,
  }: PageRequest & { readonly user: string; readonly isDescending?: boolean },
): Promise<Page<Membership>> => {
  const index = INDEX.membersByUser;
  const query = {
    TableName: table.name,
    IndexName: index.name,
    KeyConditionExpression: `${index.partitionKey} = :user`,
    ExpressionAttributeValues: { ':user': user },
    ScanIndexForward: !isDescending,
    Limit: limit,
    ...(after === null ? {} : { ExclusiveStartKey: { ...memberKey(after, user), [index.partitionKey]: user } }),
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const { entities } = await parseEach(table, Items, (item) => membershipAttributesSchema.parse(item));
  const entries = entities.flatMap(({ pk, role: held }) => {
    const productId = productIdOf(pk);
    return productId === null ? [] : [{ productId, user, role: held }];
  });
  return { entries, next: LastEvaluatedKey === undefined ? null : productIdOf(String(LastEvaluatedKey['pk'])) };
};

/** `conflict`: the membership or the product changed since `before` was read, or the product has no other owner. */
export type MembershipOutcome = 'written' | 'conflict';

type MembershipChange = {
  readonly productId: string;
  readonly user: string;
  readonly before: Role | null;
  readonly after: Role | null;
};

const ownerDelta = ({ before, after }: MembershipChange): number =>
  Number(after === 'owner') - Number(before === 'owner');

/** The product must exist, and counts its owners. The last owner can't be removed. */
const productOperation = (table: Table, change: MembershipChange): Operation => {
  const delta = ownerDelta(change);
  if (delta === 0) return productExists(table, change.productId);
  const target = { TableName: table.name, Key: productKey(change.productId) };
  return {
    Update: {
      ...target,
      UpdateExpression: 'SET owner_count = owner_count + :delta, #version = #version + :one',
      ConditionExpression: 'owner_count > :few',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':delta': delta, ':one': 1, ':few': delta < 0 ? 1 : 0 },
    },
  };
};

const asBefore = (before: Role | null) =>
  before === null
    ? { expression: 'attribute_not_exists(pk)' }
    : { expression: '#role = :before', values: { ':before': before } };

const membershipOperation = (table: Table, { productId, user, before, after }: MembershipChange): Operation => {
  const key = memberKey(productId, user);
  if (after !== null) {
    const fields = { [INDEX.membersByUser.partitionKey]: user, role: after };
    return { Update: settingFields(table, key, { fields, condition: asBefore(before) }) };
  }
  const { expression, values } = asBefore(before);
  const named = { ExpressionAttributeNames: { '#role': 'role' }, ExpressionAttributeValues: values };
  return {
    Delete: { TableName: table.name, Key: key, ConditionExpression: expression, ...(before !== null && named) },
  };
};

/** Sets, changes, or removes a role. `conflict`: it is no longer `before`, and nothing is written. */
export const changeMembership = async (table: Table, change: MembershipChange): Promise<MembershipOutcome> => {
  const outcome = await transact(table, {
    membership: membershipOperation(table, change),
    product: productOperation(table, change),
  });
  return outcome.kind === 'written' ? 'written' : 'conflict';
};
