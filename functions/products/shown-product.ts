import type { Product } from '../domain/product.ts';
import { allows, type Role } from '../domain/role.ts';
import { maskWebhook } from '../domain/webhook-address.ts';
import type { Caller } from '../http/caller.ts';
import type { Reply } from '../http/reply.ts';
import type { ProductView } from '../store/products.ts';

/** A product as the API shows it; `role` is the caller's own, null for an administrator who is no member. */
export type ShownProduct = Omit<
  Product,
  'version' | 'settings_gate_version' | 'gate_exceeded' | 'updated_by' | 'owner_count'
> & { readonly role: Role | null };

/** A product without the house's own fields, its webhooks masked to their hosts. */
export const showMasked = ({ product, role }: ProductView): ShownProduct => {
  const {
    version: _1,
    settings_gate_version: _2,
    gate_exceeded: _3,
    updated_by: _4,
    owner_count: _5,
    ...shown
  } = product;
  return {
    ...shown,
    notification_ms_teams_webhook: maskWebhook(product.notification_ms_teams_webhook),
    notification_slack_webhook: maskWebhook(product.notification_slack_webhook),
    role,
  };
};

/** A product as one caller may see it: only maintainers and administrators read the webhooks back. */
export const showProduct = (view: ProductView, caller: Caller): ShownProduct => {
  const { product, role } = view;
  const maySeeSecrets = caller.isAdministrator || (role !== null && allows(role, 'maintainer'));
  if (!maySeeSecrets) return showMasked(view);
  const { notification_ms_teams_webhook, notification_slack_webhook } = product;
  return { ...showMasked(view), notification_ms_teams_webhook, notification_slack_webhook };
};

/** The reply with one product; its version is the ETag that If-Match takes. */
export const productReply = (view: ProductView, caller: Caller, status = 200): Reply => ({
  status,
  headers: { etag: `"${view.product.version}"` },
  body: showProduct(view, caller),
});
