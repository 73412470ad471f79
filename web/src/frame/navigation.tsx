import Badge from '@cloudscape-design/components/badge';
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { useCaller } from '../api/api-context.ts';
import { follow, useRoute } from './route.ts';
import { useUnviewed } from './unviewed.tsx';

const UnviewedBadge = () => {
  const { count } = useUnviewed();
  if (count === undefined || count.count === 0) return null;
  return (
    <Badge color="red">
      <span data-testid="unviewed" title={`${count.text} new`}>
        {count.text}
      </span>
    </Badge>
  );
};

/** The views, with a badge that counts new notifications. */
export const Navigation = () => {
  const { is_administrator } = useCaller();
  const { path } = useRoute();
  const items: SideNavigationProps.Item[] = [
    { type: 'link', text: 'Notifications', href: '/notifications', info: <UnviewedBadge /> },
    { type: 'link', text: 'Products', href: '/products' },
  ];
  if (is_administrator) {
    items.push({ type: 'link', text: 'Operations', href: '/operations' });
    items.push({ type: 'link', text: 'Settings', href: '/settings' });
  }
  return <SideNavigation items={items} activeHref={`/${path[0] ?? 'notifications'}`} onFollow={follow} />;
};
