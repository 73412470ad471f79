import type { Handles } from './handles.ts';

/** Fills an empty stack with products, through the API as their owner would. */
export async function loadDemonstration(_handles: Handles): Promise<void> {}
