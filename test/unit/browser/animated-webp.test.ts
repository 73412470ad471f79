import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { animatedWebp } from '../../browser/animated-webp.ts';

/** Type and data of each chunk, as a reader of RIFF finds them. */
const chunksIn = (bytes: Buffer): (readonly [type: string, data: Buffer])[] => {
  if (bytes.length < 8) return [];
  const length = bytes.readUInt32LE(4);
  const data = bytes.subarray(8, 8 + length);
  return [[bytes.toString('latin1', 0, 4), data], ...chunksIn(bytes.subarray(8 + length + (length % 2)))];
};

const still = (pixels: string): Buffer => {
  const data = Buffer.from(pixels);
  const head = Buffer.alloc(20);
  head.write('RIFF', 'latin1');
  head.writeUInt32LE(12 + data.length, 4);
  head.write('WEBPVP8L', 8, 'latin1');
  head.writeUInt32LE(data.length, 16);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
};

it('holds each still as a frame, with its time', () => {
  const picture = animatedWebp(
    [
      { webp: still('one'), ms: 1500 },
      { webp: still('four'), ms: 70_000 },
    ],
    { width: 300, height: 200 },
  );
  const [[type, riff] = ['', Buffer.alloc(0)]] = chunksIn(picture);
  expect([type, riff.toString('latin1', 0, 4)]).toEqual(['RIFF', 'WEBP']);
  const chunks = chunksIn(riff.subarray(4));
  expect(chunks.map(([name]) => name)).toEqual(['VP8X', 'ANIM', 'ANMF', 'ANMF']);
  expect(chunks[0]?.[1].toString('hex')).toBe('02000000' + '2b0100' + 'c70000');
  const frames = chunks
    .slice(2)
    .map(([, data]) => ({ ms: data.readUIntLE(12, 3), pixels: chunksIn(data.subarray(16)) }));
  expect(frames).toEqual([
    { ms: 1500, pixels: [['VP8L', Buffer.from('one')]] },
    { ms: 70_000, pixels: [['VP8L', Buffer.from('four')]] },
  ]);
});

it('is, as the README shows it, below 400 KB', () => {
  const picture = readFileSync(join(import.meta.dirname, '../../../docs/screenshots/gate-to-message.webp'));
  const chunks = chunksIn(picture.subarray(12)).map(([name]) => name);
  expect(chunks.filter((name) => name === 'ANMF').length).toBeGreaterThan(3);
  expect(picture.length).toBeLessThan(400_000);
});
