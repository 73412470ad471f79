import TopNavigation from '@cloudscape-design/components/top-navigation';
import { Mode } from '@cloudscape-design/global-styles';
import { useCaller } from '../api/api-context.ts';
import { navigate } from './route.ts';
import { type Choice, useTheme } from './theme.ts';

const CHOICES = [
  { id: 'system', text: 'Same as the system' },
  { id: Mode.Light, text: 'Light' },
  { id: Mode.Dark, text: 'Dark' },
] as const satisfies { readonly id: Choice; readonly text: string }[];

const goHome = (event: { preventDefault(): void }): void => {
  event.preventDefault();
  navigate('/notifications');
};

/** The bar at the top: home, the visual mode, and the user. */
export const TopBar = ({ logOut }: { readonly logOut: () => Promise<void> }) => {
  const { user, is_administrator } = useCaller();
  const { choice, choose } = useTheme();
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
          type: 'menu-dropdown',
          iconName: 'settings',
          ariaLabel: 'Visual mode',
          title: 'Visual mode',
          items: CHOICES.map(({ id, text }) => ({ id, text, itemType: 'checkbox', checked: id === choice })),
          onItemClick: ({ detail }) => choose(CHOICES.find(({ id }) => id === detail.id)?.id ?? 'system'),
        },
        {
          type: 'menu-dropdown',
          text: user,
          description: is_administrator ? 'Administrator' : '',
          iconName: 'user-profile',
          items: [{ id: 'log-out', text: 'Sign out' }],
          onItemClick: () => void logOut(),
        },
      ]}
    />
  );
};
