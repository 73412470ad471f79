import type { ComponentProps, ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Boundary } from './boundary.tsx';
import { StartFailed } from './start-failed.tsx';

const draw = (content: ReactNode): void => {
  const element = document.getElementById('root');
  if (element === null) throw new Error('index.html has no root');
  createRoot(element).render(content);
};

/** Draws the page of a signed-in user. */
export const drawApp = (props: ComponentProps<typeof App>): void =>
  draw(
    <Boundary what="Can't show Gatebell" around={(alert) => <main>{alert}</main>}>
      <App {...props} />
    </Boundary>,
  );

/** Says why the page can't start. */
export const drawFailure = (cause: unknown): void => draw(<StartFailed cause={cause} />);
