/** A script that is loaded when it is first needed, or ahead of that. */
export type Script<Module> = {
  readonly load: () => Promise<Module>;
  /** What it holds; null until it is loaded. */
  readonly loaded: () => Module | null;
};

/** A script by the `import()` that loads it. */
export const scriptOf = <Module>(load: () => Promise<Module>): Script<Module> => {
  let loaded: Module | null = null;
  return {
    load: async () => {
      loaded ??= await load();
      return loaded;
    },
    loaded: () => loaded,
  };
};
