import { CHANNELS, type Owner, secretWireName, type WireName, wireName } from '../../../core/channels/channels.ts';
import { derived } from '../../../core/channels/derived.ts';

/** The channels' fields among those of a product or of the settings. */
export type SavedFields<Of extends Owner> = Readonly<Record<WireName<Of>, string>>;

/** The channels' fields alone. */
export const savedFields = <Of extends Owner>(owner: Of, saved: SavedFields<Of>): SavedFields<Of> => {
  const names = CHANNELS.flatMap((channel): WireName<Of>[] => {
    const secret = secretWireName(owner, channel);
    return secret === null ? [wireName(owner, channel)] : [wireName(owner, channel), secret];
  });
  return derived(names.map((name) => [name, saved[name]]));
};
