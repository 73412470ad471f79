import * as z from 'zod/mini';

const signingSecretSchema = z.object({
  /** `whsec_` and base64, as Standard Webhooks writes it. */
  secret: z.string(),
  /** After a rotation: until when messages are signed with it, ISO 8601. Null for the current one. */
  until: z.nullable(z.string()),
});

/** A secret that messages to a webhook are signed with. */
export type SigningSecret = z.infer<typeof signingSecretSchema>;

/** A webhook as it is encrypted: a URL, and of a signed webhook its secrets, the current one first. */
export type PlainWebhook = { readonly url: string; readonly secrets: readonly SigningSecret[] };

const plainWebhookSchema = z.object({ url: z.string(), secrets: z.array(signingSecretSchema) });

/** Receivers take over a new secret in this time. */
const OVERLAP_MS = 24 * 3_600_000;

/** The longest that Standard Webhooks allows is 64 bytes. */
const SECRET_BYTES = 32;

export const newSecret = (randomBytes: (size: number) => Uint8Array): SigningSecret => ({
  secret: `whsec_${Buffer.from(randomBytes(SECRET_BYTES)).toString('base64')}`,
  until: null,
});

/** The secrets that messages are signed with now, the current one first. */
export const secretsAt = (secrets: readonly SigningSecret[], now: Date): string[] =>
  secrets.filter(({ until }) => until === null || Date.parse(until) > now.getTime()).map(({ secret }) => secret);

/** The secrets after a rotation: the present one stays valid for a day. */
export const rotateSecrets = (
  secrets: readonly SigningSecret[],
  added: SigningSecret,
  now: Date,
): readonly SigningSecret[] => {
  const until = new Date(now.getTime() + OVERLAP_MS).toISOString();
  const present = secrets.filter((entry) => entry.until === null || Date.parse(entry.until) > now.getTime());
  return [added, ...present.map((entry) => ({ ...entry, until: entry.until ?? until }))];
};

/** The text that is encrypted: a URL alone is itself, and begins with no brace. */
export const webhookText = ({ url, secrets }: PlainWebhook): string =>
  secrets.length === 0 ? url : JSON.stringify({ url, secrets });

export const parseWebhookText = (text: string): PlainWebhook =>
  text.startsWith('{') ? plainWebhookSchema.parse(JSON.parse(text)) : { url: text, secrets: [] };
