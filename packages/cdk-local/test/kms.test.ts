import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AwsJsonError, callAwsJson } from '../src/engines/aws-json.ts';
import { kmsSecret, startKms } from '../src/engines/kms.ts';

const KEY = 'arn:aws:kms:eu-central-1:000000000000:key/one';
const CONTEXT = { purpose: 'test', key: 'k1' };

const open = async () => {
  const kms = await startKms({ secret: kmsSecret(undefined) });
  const call = <T extends z.ZodType>(operation: string, body: object, answer: T) =>
    callAwsJson({ url: kms.url, target: `TrentService.${operation}`, body, answer });
  return {
    stop: kms.stop,
    wrap: () =>
      call(
        'GenerateDataKeyWithoutPlaintext',
        { KeyId: KEY, KeySpec: 'AES_256', EncryptionContext: CONTEXT },
        z.object({ KeyId: z.literal(KEY), CiphertextBlob: z.base64() }),
      ),
    unwrap: (request: object) =>
      call('Decrypt', { KeyId: KEY, EncryptionContext: CONTEXT, ...request }, z.object({ Plaintext: z.base64() })),
  };
};

/** The error that a call is refused with. */
const refusal = async (calling: Promise<unknown>): Promise<string> => {
  const error = await calling.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof AwsJsonError ? error.type : 'none';
};

test('the local KMS unwraps what it wrapped: 32 bytes, the same each time', async () => {
  const { wrap, unwrap, stop } = await open();
  const { CiphertextBlob } = await wrap();
  const { Plaintext } = await unwrap({ CiphertextBlob });
  expect(Buffer.from(Plaintext, 'base64')).toHaveLength(32);
  expect(await unwrap({ CiphertextBlob })).toEqual({ Plaintext });
  expect((await wrap()).CiphertextBlob).not.toBe(CiphertextBlob);
  await stop();
});

test('the local KMS refuses another key, another context, and what was altered, in the words of KMS', async () => {
  const { wrap, unwrap, stop } = await open();
  const { CiphertextBlob } = await wrap();
  expect(await refusal(unwrap({ CiphertextBlob, KeyId: `${KEY}2` }))).toBe('IncorrectKeyException');
  for (const EncryptionContext of [{}, { ...CONTEXT, key: 'k2' }, { ...CONTEXT, more: '' }]) {
    expect(await refusal(unwrap({ CiphertextBlob, EncryptionContext }))).toBe('InvalidCiphertextException');
  }
  const bytes = Buffer.from(CiphertextBlob, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  for (const altered of [bytes, bytes.subarray(0, 20), bytes.subarray(0, KEY.length + 1)]) {
    const request = { CiphertextBlob: altered.toString('base64') };
    expect(await refusal(unwrap(request))).toBe('InvalidCiphertextException');
  }
  await stop();
});

test('the secret behind the keys is stored in a file that only its owner can read', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cdk-local-kms-'));
  const file = join(directory, 'kms-secret');
  const secret = kmsSecret(file);
  expect(Buffer.from(kmsSecret(file))).toEqual(Buffer.from(secret));
  expect(secret).toHaveLength(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(directory, { recursive: true });
});
