import type { ReactNode } from 'react';
import type { Preview } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { PreviewText } from './preview-text.tsx';

/** From this many products or recipients on, a save is confirmed. */
const MANY = 10;

const isMany = ({ count, recipients }: Preview): boolean =>
  count >= MANY || recipients.reduce((sum, each) => sum + each.count, 0) >= MANY;

export type GatePreview = {
  readonly read: () => Promise<Preview>;
  /** What to confirm before a save; null if it changes little, or if the preview failed, as the save then says why. */
  readonly confirm: () => Promise<ReactNode>;
};

/** Previews gate fields as they are typed. `path` is that of the product or of the settings. */
export const useGatePreview = (path: string, fields: Readonly<Record<string, unknown>>): GatePreview => {
  const api = useApi();
  const read = () => api.send<Preview>('POST', `${path}/preview`, fields);
  const confirm = async (): Promise<ReactNode> => {
    try {
      const preview = await read();
      return isMany(preview) ? <PreviewText preview={preview} /> : null;
    } catch {
      return null;
    }
  };
  return { read, confirm };
};
