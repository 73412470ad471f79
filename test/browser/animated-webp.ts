/** One animated WebP of still ones, as https://developers.google.com/speed/webp/docs/riff_container describes. */

/** A still WebP as Chromium encodes it, and how long it is shown. */
export type Frame = { readonly webp: Buffer; readonly ms: number };

const uint24 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.subarray(0, 3);
};

const chunk = (type: string, data: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
};

/** The chunks that hold a still's pixels, whole. */
const pixelsOf = (webp: Buffer): Buffer => {
  if (webp.toString('latin1', 0, 4) !== 'RIFF' || webp.toString('latin1', 8, 12) !== 'WEBP') throw new Error('no WebP');
  const found: Buffer[] = [];
  for (let at = 12; at + 8 <= webp.length; ) {
    const end = at + 8 + webp.readUInt32LE(at + 4);
    const padded = end + (end % 2);
    if (['ALPH', 'VP8 ', 'VP8L'].includes(webp.toString('latin1', at, at + 4))) found.push(webp.subarray(at, padded));
    at = padded;
  }
  return Buffer.concat(found);
};

/** In the flags of VP8X: an animation. Of a frame: it replaces the one before instead of blending. */
const ANIMATION = 0x02;
const NO_BLENDING = 0x02;

/** Repeats the frames, all of one size, without end. */
export const animatedWebp = (
  frames: readonly Frame[],
  size: { readonly width: number; readonly height: number },
): Buffer => {
  const canvas = Buffer.concat([uint24(size.width - 1), uint24(size.height - 1)]);
  const chunks = [
    chunk('VP8X', Buffer.concat([Buffer.from([ANIMATION, 0, 0, 0]), canvas])),
    chunk('ANIM', Buffer.from([255, 255, 255, 255, 0, 0])),
    ...frames.map(({ webp, ms }) =>
      chunk('ANMF', Buffer.concat([Buffer.alloc(6), canvas, uint24(ms), Buffer.from([NO_BLENDING]), pixelsOf(webp)])),
    ),
  ];
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
};
