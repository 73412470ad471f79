import { generateKeyPairSync, sign } from 'node:crypto';

/** DER, tag by tag: https://www.itu.int/rec/T-REC-X.690; the certificate's form is that of RFC 5280, section 4.1. */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length);
  return Buffer.concat([Buffer.of(tag, 0x82), length, content]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value));

const ECDSA_WITH_SHA256 = sequence(der(6, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = der(6, Buffer.from('550403', 'hex'));
const SUBJECT_ALT_NAME = der(6, Buffer.from('551d11', 'hex'));
const BASIC_CONSTRAINTS = der(6, Buffer.from('551d13', 'hex'));
const TRUE = der(1, Buffer.of(0xff));

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

/** A key and a certificate for loopback that signs itself, as Node can read certificates and not make them. */
export const loopbackCertificate = (): { readonly key: string; readonly cert: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, text(0x0c, 'localhost'))));
  const names = sequence(text(0x82, 'localhost'), der(0x87, Buffer.of(127, 0, 0, 1)));
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, TRUE, der(4, sequence(TRUE))),
    sequence(SUBJECT_ALT_NAME, der(4, names)),
  );
  const certified = sequence(
    der(0xa0, der(2, Buffer.of(2))),
    der(2, Buffer.of(1)),
    ECDSA_WITH_SHA256,
    name,
    sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(3, Buffer.of(0), sign('sha256', certified, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem('CERTIFICATE', sequence(certified, ECDSA_WITH_SHA256, signature)),
  };
};
