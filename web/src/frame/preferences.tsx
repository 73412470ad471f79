import Button from '@cloudscape-design/components/button';
import { lazy, Suspense } from 'react';
import { Boundary } from './boundary.tsx';
import type { PreferencesProps } from './preferences-button.tsx';

// The list doesn't wait for it.
const PreferencesButton = lazy(() => import('./preferences-button.tsx'));

/** The button for a list's preferences. */
export const Preferences = (props: PreferencesProps) => (
  <Boundary what="Can't load the preferences">
    <Suspense fallback={<Button variant="icon" iconName="settings" ariaLabel="Preferences" disabled />}>
      <PreferencesButton {...props} />
    </Suspense>
  </Boundary>
);
