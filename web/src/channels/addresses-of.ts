/** The addresses of a list as people type it. */
export const addressesOf = (list: string): readonly string[] =>
  list.split(/[,;\s]+/).filter((address) => address !== '');
