import Link from '@cloudscape-design/components/link';
import { follow } from './route.ts';

/** A link to what is to be done; for readers who can't do it (`href` is null), the same in words, and who can. */
export const LinkOrAsk = ({ href, children }: { readonly href: string | null; readonly children: string }) =>
  href === null ? (
    <>{children}: ask an administrator.</>
  ) : (
    <Link href={href} onFollow={follow}>
      {children}
    </Link>
  );
