import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useCaller } from '../api/api-context.ts';
import { navigate } from './route.ts';
import { useTheme } from './theme.ts';

const goHome = (event: { preventDefault(): void }): void => {
  event.preventDefault();
  navigate('/notifications');
};

/** The bar at the top: home, light or dark mode, and the user. */
export const TopBar = ({ logOut }: { readonly logOut: () => Promise<void> }) => {
  const { user, is_administrator } = useCaller();
  const { isDark, toggle } = useTheme();
  return (
    <TopNavigation
      identity={{
        href: '/notifications',
        title: 'Gatebell',
        logo: { src: '/favicon.svg', alt: '' },
        onFollow: goHome,
      }}
      utilities={[
        {
          type: 'button',
          text: isDark ? 'Light' : 'Dark',
          ariaLabel: isDark ? 'Switch to light mode' : 'Switch to dark mode',
          onClick: toggle,
        },
        {
          type: 'menu-dropdown',
          text: user,
          description: is_administrator ? 'administrator' : '',
          iconName: 'user-profile',
          items: [{ id: 'log-out', text: 'Sign out' }],
          onItemClick: () => void logOut(),
        },
      ]}
    />
  );
};
