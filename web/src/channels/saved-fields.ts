import { CHANNELS, type Owner, type WireName, wireName } from '../../../core/channels/channels.ts';
import { derived } from '../../../core/channels/derived.ts';

/** The channels' fields among those of a product or of the settings. */
export type SavedFields<Of extends Owner> = Readonly<Record<WireName<Of>, string>>;

/** The channels' fields alone. */
export const savedFields = <Of extends Owner>(owner: Of, saved: SavedFields<Of>): SavedFields<Of> =>
  derived(
    CHANNELS.map((channel) => {
      const name = wireName(owner, channel);
      return [name, saved[name]];
    }),
  );
