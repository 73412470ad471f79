import { type ComponentType, lazy, useState } from 'react';
import type { Script } from './script.ts';

/**
 * The component that a script holds by default. If the script is loaded, it shows at once: `lazy` by itself shows the
 * fallback first, which React keeps for 300 ms.
 */
export const scripted = <Props extends object>(script: Script<{ readonly default: ComponentType<Props> }>) => {
  const Later = lazy(script.load);
  return (props: Props) => {
    // What is shown stays the same component, so that it keeps its state.
    const [Shown] = useState<ComponentType<Props>>(() => script.loaded()?.default ?? Later);
    return <Shown {...props} />;
  };
};
