import type { Notification } from '../../../core/notifications/model.ts';

const TITLES = { passed: 'passed its gate', failed: 'failed its gate', none: 'has no gate any more' };

const textOf = ({ name, message, product_name, function: job, user, exception_class, to }: Notification): string =>
  [name, message, product_name, job, user, exception_class, to && `${product_name} ${TITLES[to]}`].join(' ');

/** Who may read what, in memory and in the plainest way: what the API must show. */
export class Model {
  readonly notifications = new Map<string, Notification>();
  readonly deleted = new Map<string, Notification>();
  /** `product user`. */
  readonly members = new Map<string, 'reader' | 'owner'>();
  /** `user id`. */
  readonly viewed = new Set<string>();
  /** Whether a mark of all by a user reaches a notification. */
  readonly allMarks: { readonly user: string; readonly reaches: (of: Notification) => boolean }[] = [];

  roleOf(user: string, productId: string | null): 'reader' | 'owner' | undefined {
    return productId === null ? undefined : this.members.get(`${productId} ${user}`);
  }

  productsOf(user: string): string[] {
    return [...this.members.keys()].flatMap((key) => {
      const [productId = '', member] = key.split(' ');
      return member === user ? productId : [];
    });
  }

  sees(user: string, { type, product_id }: Notification): boolean {
    if (user === 'admin') return true;
    return type !== 'exception' && this.roleOf(user, product_id) !== undefined;
  }

  shown(user: string, of: Notification): Notification & { viewed: boolean } {
    const isMarked = this.allMarks.some((mark) => mark.user === user && mark.reaches(of));
    const viewed = isMarked || this.viewed.has(`${user} ${of.id}`);
    if (user === 'admin' || of.type === 'security_gate') return { ...of, viewed };
    return { ...of, message: '...', arguments: '...', trace: '...', viewed };
  }

  list(user: string, filter: Record<string, string>): (Notification & { viewed: boolean })[] {
    const has = (text: string | null, wanted: string | undefined) =>
      wanted === undefined || (text ?? '').toLowerCase().includes(wanted.toLowerCase());
    return [...this.notifications.values()]
      .filter((of) => this.sees(user, of))
      .map((of) => this.shown(user, of))
      .filter(
        (of) =>
          (filter['type'] === undefined || of.type === filter['type']) &&
          (filter['product_id'] === undefined || of.product_id === filter['product_id']) &&
          has(of.name, filter['name']) &&
          has(of.message, filter['message']) &&
          has(of.function, filter['function']) &&
          has(of.product_name, filter['product_name']) &&
          has(of.user, filter['user']) &&
          (filter['search'] ?? '').split(' ').every((word) => has(textOf(of), word)) &&
          (filter['created_from'] === undefined || of.created >= filter['created_from']) &&
          (filter['created_to'] === undefined || of.created < filter['created_to']) &&
          !(filter['exclude_already_viewed'] === 'true' && of.viewed),
      )
      .sort((one, other) => (one.id < other.id ? 1 : -1));
  }

  delete(id: string): void {
    const of = this.notifications.get(id);
    if (of === undefined) return;
    this.notifications.delete(id);
    this.deleted.set(id, of);
    for (const mark of this.viewed) if (mark.endsWith(` ${id}`)) this.viewed.delete(mark);
  }
}
