/** A filter of an event source mapping, compiled: does it let this record through? */
export type FilterPattern = (record: unknown) => boolean;

/**
 * Compiles one `Pattern` of `FilterCriteria.Filters` (a JSON text). Throws on what Lambda would refuse.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export declare function compileFilter(pattern: string): FilterPattern;

/** A record passes when any of the filters lets it, or when there are none. */
export declare function passesFilters(filters: readonly FilterPattern[], record: unknown): boolean;
