/** From this threshold on a severity counts as not limited: it is the default of those that don't fail a gate. */
export const NO_LIMIT = 99_999;
