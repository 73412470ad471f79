import { lazy, Suspense, useCallback, useState } from 'react';
import { useCaller } from '../api/api-context.ts';
import { Boundary } from '../frame/boundary.tsx';

const Checklist = lazy(() => import('./checklist.tsx'));

/** This browser remembers that all is set up, and asks no more. */
const KEY = 'gatebell:is-set-up';

/** For administrators: what is left to set up, until nothing is. */
export const FirstSteps = () => {
  const { is_administrator } = useCaller();
  const [isSetUp, setSetUp] = useState(() => localStorage.getItem(KEY) !== null);
  const finished = useCallback(() => {
    localStorage.setItem(KEY, 'yes');
    setSetUp(true);
  }, []);
  if (!is_administrator || isSetUp) return null;
  return (
    <Boundary what="Can't load the list of first steps">
      <Suspense>
        <Checklist finished={finished} />
      </Suspense>
    </Boundary>
  );
};
